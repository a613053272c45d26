"""What is read from the sources of the SDK."""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
import warnings

import pytest
from pulumi import _types as sdk_types

from localcloud.layout import ROOT
from localcloud.provider import sdk, sdk_source
from localcloud.provider.table import table

TYPES = sorted(table().rows)
KINDS = {"any", "asset", "boolean", "document", "integer", "number", "string"}


def blocks_of(kind, found):
    """Add every block in *kind*, and the blocks inside, to *found*."""
    while isinstance(kind, list):
        form, kind = kind
        if form == "object":
            if kind not in found:
                found[kind] = sdk.members(kind)
                for inner in found[kind].values():
                    blocks_of(inner, found)
            return
    assert kind in KINDS


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_of_the_table_and_every_block_in_it_is_found(type_):
    declared = sdk.declared(type_)
    found = {}

    for kind in (*declared.inputs.values(), *declared.outputs.values()):
        blocks_of(kind, found)

    assert declared.required <= declared.inputs.keys()
    assert declared.optional <= declared.outputs.keys()
    assert all(members or "SimplePrefix" in name for name, members in found.items())


@pytest.mark.parametrize(
    "type_",
    [
        "aws:sqs/queue:Queue",
        "aws:s3/bucket:Bucket",  # deprecated properties
        "aws:s3/bucketVersioning:BucketVersioning",  # arguments that end in InitArgs
        "aws:lambda/function:Function",  # a folder with another name, archives, enums
        "aws:iam/policy:Policy",  # a union of text and block
    ],
)
def test_the_same_is_read_as_the_sdk_itself_says(type_):
    _, path, name = type_.split(":")
    service = path.split("/")[0]
    service = "lambda_" if service == "lambda" else service
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        module = importlib.import_module(f"pulumi_aws.{service}")
    cls = getattr(module, name)
    own = sys.modules[cls.__module__]
    arguments = getattr(own, f"{name}InitArgs", None) or getattr(own, f"{name}Args")

    declared = sdk.declared(type_)

    assert set(declared.inputs) == set(sdk_types.input_type_types(arguments))
    assert set(declared.outputs) == set(sdk_types.resource_types(cls)) - {"id", "urn"}


def test_scalars_lists_maps_blocks_and_enums_have_their_kinds():
    queue = sdk.declared("aws:sqs/queue:Queue").inputs
    function = sdk.declared("aws:lambda/function:Function").inputs
    service = sdk.declared("aws:ecs/service:Service").inputs
    policy = sdk.declared("aws:sqs/queuePolicy:QueuePolicy").inputs

    assert (queue["delaySeconds"], queue["fifoQueue"]) == ("integer", "boolean")
    assert queue["tags"] == ["map", "string"]
    assert (function["code"], function["runtime"]) == ("asset", "string")
    assert function["environment"] == ["object", "lambda_._inputs.FunctionEnvironmentArgs"]
    assert service["loadBalancers"] == ["list", ["object", "ecs._inputs.ServiceLoadBalancerArgs"]]
    assert policy["policy"] == "document"
    assert sdk.members("ecs._inputs.ServiceLoadBalancerArgs")["containerPort"] == "integer"


def test_required_inputs_and_optional_outputs_are_told_apart():
    policy = sdk.declared("aws:sqs/queuePolicy:QueuePolicy")
    queue = sdk.declared("aws:sqs/queue:Queue")

    assert policy.required == {"policy", "queueUrl"}
    assert policy.optional == set()
    assert "delaySeconds" in queue.optional
    assert not {"arn", "name", "url"} & queue.optional


def test_an_unknown_type_or_block_is_named_in_the_error():
    with pytest.raises(sdk_source.UnknownTypeError, match="aws:sqs/nothing:Nothing"):
        sdk.declared("aws:sqs/nothing:Nothing")
    with pytest.raises(sdk_source.UnknownTypeError, match=r"sqs\._inputs\.NothingArgs"):
        sdk.members("sqs._inputs.NothingArgs")


def test_one_type_is_read_in_milliseconds_and_without_importing_the_sdk():
    code = """
import sys
from localcloud.provider import sdk
sdk.declared("aws:ecs/service:Service")
assert not {"pulumi", "pulumi_aws"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    sdk_source._read.cache_clear()
    started = time.process_time()

    sdk_source.resource("aws:ecs/service:Service")

    assert time.process_time() - started < 1
