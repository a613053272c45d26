"""How a stack exports its outputs."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from stacks.contract import Contract


@dataclass(frozen=True, kw_only=True)
class Outputs(Contract):
    shop_url: str


def test_each_field_is_exported_under_its_name(monkeypatch):
    exported = {}
    monkeypatch.setattr(pulumi, "export", exported.__setitem__)

    Outputs(shop_url="https://shop.test").export()

    assert exported == {"shop_url": "https://shop.test"}
