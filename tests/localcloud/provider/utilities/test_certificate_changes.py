"""Renewals, updates and replacements of certificates."""

from __future__ import annotations

import datetime as dt

import pytest

from localcloud.provider.utilities.certificates import timestamp
from localcloud.provider.values import UNKNOWN, Secret
from tests.localcloud.provider.utilities.tls import (
    LEAF,
    SELF_SIGNED,
    new_key,
)


def in_hours(hours):
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours, minutes=1)
    return {"validityEndTime": timestamp(moment), "readyForRenewal": False}


@pytest.mark.parametrize(
    ("hours", "end", "expected"),
    [
        ((0, 0), 5, ([], [])),
        ((2, 2), 5, ([], [])),
        ((2, 3), 5, (["earlyRenewalHours"], [])),
        ((2, UNKNOWN), 5, (["earlyRenewalHours"], [])),
        ((6, 6), 5, (["readyForRenewal"], ["readyForRenewal"])),
        ((2, 6), 5, (["earlyRenewalHours", "readyForRenewal"], ["readyForRenewal"])),
        ((0, 0), -1, (["readyForRenewal"], ["readyForRenewal"])),
        ((6, 0), 5, (["earlyRenewalHours"], [])),
    ],
)
def test_a_certificate_near_its_end_is_replaced(engine, key, hours, end, expected):
    base = {**LEAF, "privateKeyPem": key}
    olds, news = ({**base, "earlyRenewalHours": early} for early in hours)

    found = engine.diff(SELF_SIGNED, olds, news, in_hours(end))

    assert found == expected
    state = {**engine.inputs(SELF_SIGNED, **olds), **in_hours(end)}
    refreshed = engine.read(SELF_SIGNED, "1", state)[1]
    assert refreshed["readyForRenewal"] == (hours[0] > end)
    assert refreshed["privateKeyPem"] == Secret(key)


def test_hours_of_early_renewal_are_updated_in_place(engine, key):
    inputs = {**LEAF, "privateKeyPem": key}
    outputs = engine.create(SELF_SIGNED, **inputs)[1]

    updated = engine.update(SELF_SIGNED, outputs, **inputs, earlyRenewalHours=2)

    assert updated == {**outputs, "earlyRenewalHours": 2}
    ready = {**outputs, "readyForRenewal": True}
    assert engine.update(SELF_SIGNED, ready, **inputs) == outputs


@pytest.mark.parametrize(
    ("olds", "news", "changed"),
    [
        ({}, {"allowedUses": ["client_auth"]}, ["allowedUses"]),
        ({}, {"dnsNames": ["a.test"]}, ["dnsNames"]),
        ({"subject": {"country": "DE"}}, {"subject": {"country": "FR"}}, ["subject"]),
        ({}, {"setSubjectKeyId": True}, ["setSubjectKeyId"]),
        ({}, {"maxPathLength": 1}, ["maxPathLength"]),
    ],
)
def test_every_other_change_replaces(engine, key, olds, news, changed):
    base = {**LEAF, "privateKeyPem": key}

    found = engine.diff(SELF_SIGNED, {**base, **olds}, {**base, **news}, in_hours(5))

    assert found == (changed, changed)


def test_the_version_of_a_write_only_key_replaces_and_the_key_alone_does_not(engine, key):
    base = {**LEAF, "privateKeyPemWo": key, "privateKeyPemWoVersion": 1}
    other = {"privateKeyPemWo": new_key(engine)}
    version = ["privateKeyPemWoVersion"]

    alone = engine.diff(SELF_SIGNED, base, {**base, **other}, in_hours(5))
    both = engine.diff(
        SELF_SIGNED, base, {**base, **other, "privateKeyPemWoVersion": 2}, in_hours(5)
    )

    assert alone == ([], [])
    assert both == (version, version)
