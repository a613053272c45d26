"""Blocks as AWS answers them, in the form of the program."""

from __future__ import annotations

import pytest
from google.protobuf import struct_pb2

from localcloud.provider import blocks
from localcloud.provider.values import from_struct

RULE = ["object", "ec2._inputs.SecurityGroupIngressArgs"]
RULES = ["list", RULE]
SSH = {"protocol": "tcp", "fromPort": 22, "toPort": 22}
WEB = {"protocol": "tcp", "fromPort": 80, "toPort": 80}


@pytest.mark.parametrize(
    ("kind", "known", "now", "expected"),
    [
        pytest.param(RULE, SSH, {**SSH, "self": False}, SSH, id="what the program left out"),
        pytest.param(RULE, SSH, {"fromPort": 23}, {**SSH, "fromPort": 23}, id="a changed member"),
        pytest.param(RULE, SSH, {}, SSH, id="members that AWS does not answer"),
        pytest.param(
            ["object", "lambda_._inputs.EventSourceMappingDestinationConfigArgs"],
            {"onFailure": {"destinationArn": "arn"}},
            {"onFailure": {}},
            {},
            id="a block that is empty now",
        ),
        pytest.param(RULES, [SSH, WEB], [WEB, SSH], [SSH, WEB], id="another order"),
        pytest.param(RULES, [SSH, WEB], [WEB], [WEB], id="a removed item"),
        pytest.param(RULES, [SSH], [WEB, SSH], [SSH, WEB], id="an added item"),
        pytest.param(RULES, [SSH], [{**SSH, "toPort": 23}], [{**SSH, "toPort": 23}], id="changed"),
        pytest.param(["map", "string"], {"a": "1"}, {"b": "1"}, {"b": "1"}, id="a map"),
        pytest.param(
            RULE,
            {"cidrBlocks": ["10.0.0.0/8", "11.0.0.0/8"]},
            {"cidrBlocks": ["11.0.0.0/8", "10.0.0.0/8"]},
            {"cidrBlocks": ["10.0.0.0/8", "11.0.0.0/8"]},
            id="another order of texts",
        ),
    ],
)
def test_a_known_block_takes_the_values_that_aws_has(kind, known, now, expected):
    assert blocks.overlay(kind, known, now) == expected


@pytest.mark.parametrize(
    ("kind", "answered", "expected"),
    [
        (["map", "string"], [{"Name": "queue", "Value": "orders"}], {"queue": "orders"}),
        (["list", RULE], {"FromPort": 22}, [{"fromPort": 22}]),
        (RULE, [{"FromPort": 22}], {"fromPort": 22}),
        (RULE, {"FromPort": 22, "Unknown": 1, "ToPort": None}, {"fromPort": 22}),
        ("string", {"FromPort": 22}, None),
    ],
)
def test_what_aws_answers_gets_the_names_of_the_sdk(kind, answered, expected):
    assert blocks.from_aws(kind, answered) == expected


def test_null_in_a_block_is_the_same_as_leaving_the_property_out():
    struct = struct_pb2.Struct()
    struct.update({"rule": {"fromPort": 22, "self": None}, "rules": [{"toPort": None}], "no": None})

    assert from_struct(struct) == {"rule": {"fromPort": 22}, "rules": [{}], "no": None}
