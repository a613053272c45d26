"""Previews of every type that the SDK declares, with and without a row."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from localcloud.layout import ROOT
from localcloud.provider import generic, installations, sdk
from localcloud.provider.table import table
from localcloud.provider.values import UNKNOWN, Secret, from_struct, to_struct, unwrap_secrets
from tests.localcloud.provider.stage import DEFAULT_TAGS, Stage

INDEX = "aws:location/placeIndex:PlaceIndex"
"""A type without a row: it requires `indexName` and `dataSource`, and has tags."""
INDEX_INPUTS = {"indexName": "slow", "dataSource": "Esri"}
WITH_BLOCK = "aws:redshiftserverless/workgroup:Workgroup"
"""A type without a row that has a block of a required and an optional value."""
NAMED = "aws:glue/job:Job"
"""A type without a row whose name is optional."""
JOB_INPUTS = {"roleArn": "arn", "command": {"scriptLocation": "s3://jobs/nightly.py"}}
SAMPLES = {"string": "sample", "integer": 1, "number": 1.5, "boolean": True, "any": "sample"}


def every_type():
    """Return the types that the SDK registers."""
    text = (installations.used().folder / "__init__.py").read_text()
    modules = json.loads(re.search(r'resource_modules="""\n(.*?)"""', text, re.DOTALL)[1])
    return sorted(token for module in modules for token in module["classes"])


def sample(kind):
    """Return a value of *kind*: blocks have what they require."""
    if isinstance(kind, str):
        return SAMPLES.get(kind, UNKNOWN)
    form, inner = kind
    if form == "list":
        return [sample(inner)]
    if form == "map":
        return {"key": sample(inner)}
    return {key: sample(sdk.members(inner)[key]) for key in sdk.required_members(inner)}


@pytest.fixture(scope="module")
def plan(planner):
    config = {"region": "eu-west-1", "defaultTags": json.dumps({"tags": DEFAULT_TAGS})}
    found = Stage(planner, stack="prod", config=config)
    yield found
    found.close()


def previewed(stage, type_, inputs):
    """Return the checked inputs, the failures and the outputs of a preview."""
    checked, failures = stage.check(type_, inputs)
    answer = stage.provider.Create(
        provider_pb2.CreateRequest(
            urn=stage.urn(type_, "p"), type=type_, properties=to_struct(checked), preview=True
        )
    )
    return checked, failures, unwrap_secrets(from_struct(answer.properties))


def test_every_type_of_the_sdk_previews(plan):
    types, wrong = every_type(), {}
    for type_ in types:
        declared = sdk.declared(type_)
        generic_ = type_ not in table().rows  # a row knows more about values than the SDK says
        inputs = {
            key: sample(declared.inputs[key]) if generic_ else UNKNOWN for key in declared.required
        }
        if declared.inputs.get("tags") == ["map", "string"]:
            inputs["tags"] = {"own": "tag"}

        checked, found, outputs = previewed(plan, type_, inputs)

        failures = {key for key, reason in found.items() if "is not set: set it, or" not in reason}
        expected = {
            **dict.fromkeys(declared.computed - {"tags", "tagsAll"}, UNKNOWN),
            **({"region": "eu-west-1"} if "region" in declared.outputs else {}),
        }
        if "tagsAll" in declared.outputs:
            expected["tagsAll"] = {**DEFAULT_TAGS, **inputs.get("tags", {})}
        different = {key for key, value in expected.items() if outputs.get(key) != value}
        unnamed = generic_ and declared.inputs.get("name") == "string" and not checked.get("name")
        if failures or different or unnamed:
            wrong[type_] = failures, different, unnamed

    assert wrong == {}
    assert len(types) > 1_700
    assert len(set(types) - table().rows.keys()) > 1_500


@pytest.mark.parametrize(
    ("change", "property_", "reason"),
    [
        ({"indexName": None}, "indexName", "is required: set it"),
        ({"indxName": "x"}, "indxName", f"is not an input of {INDEX}: remove it"),
        (
            {"region": "mars-1"},
            "region",
            'is "mars-1", which is not an AWS Region: write one such as "eu-west-1"',
        ),
        ({"indexName": ["x"]}, "indexName", "is ['x'], not a string: write a string"),
    ],
)
def test_a_wrong_input_is_refused_by_name(plan, change, property_, reason):
    _, failures = plan.check(INDEX, {**INDEX_INPUTS, **change})

    assert failures == {property_: reason}


@pytest.mark.parametrize(
    ("block", "property_", "reason"),
    [
        (
            {"enabled": "maybe"},
            "pricePerformanceTarget.enabled",
            'is "maybe", not a boolean: write a boolean',
        ),
        (
            {"enabled": True, "on": True},
            "pricePerformanceTarget.on",
            "is not a property of this block: use one of enabled, level",
        ),
        ("on", "pricePerformanceTarget", 'is "on": write a map of properties'),
        (
            {},
            "pricePerformanceTarget",
            "is a block without enabled: set what it requires",
        ),
    ],
)
def test_a_wrong_block_is_refused_by_name(plan, block, property_, reason):
    inputs = {"namespaceName": "shop", "workgroupName": "shop", "pricePerformanceTarget": block}

    _, failures = plan.check(WITH_BLOCK, inputs)

    assert failures == {property_: reason}


def test_a_value_that_aws_converts_is_taken(plan):
    _, failures = plan.check(NAMED, {**JOB_INPUTS, "maxRetries": "2"})

    assert failures == {}


def test_a_secret_stays_one_and_is_not_shown(plan):
    checked, failures = plan.check(INDEX, {**INDEX_INPUTS, "dataSource": Secret(["hidden"])})

    assert isinstance(checked["dataSource"], Secret)
    assert "hidden" not in failures["dataSource"]


def test_a_name_follows_autonaming_and_is_kept(plan):
    wish = provider_pb2.CheckRequest.AutonamingOptions

    first, _ = plan.check(NAMED, JOB_INPUTS, name="nightly")
    kept, _ = plan.check(NAMED, JOB_INPUTS, first, seed=b"another")
    proposed, _ = plan.check(
        NAMED, JOB_INPUTS, autonaming=wish(mode=0, proposed_name="shop-nightly")
    )
    _, disabled = plan.check(NAMED, JOB_INPUTS, autonaming=wish(mode=2))

    assert re.fullmatch(r"nightly-[0-9a-f]{7}", first["name"])
    assert kept["name"] == first["name"]
    assert proposed["name"] == "shop-nightly"
    assert disabled == {"name": "is not set and autonaming is disabled: set it"}


def test_the_stack_local_previews_a_type_without_a_row_and_refuses_to_create_it(stage):
    outputs = stage.preview(INDEX, INDEX_INPUTS)

    with pytest.raises(grpc.RpcError) as caught:
        stage.create(INDEX, INDEX_INPUTS)

    assert (outputs["indexArn"], outputs["indexName"]) == (UNKNOWN, "slow")
    assert caught.value.details() == (
        f"{INDEX} is not supported by the local cloud: leave it out of the stack `local`, or have "
        f"it recorded without a backend by the line `{INDEX}: <why that is enough>` in "
        "recorded.yaml beside Pulumi.yaml"
    )


def test_the_stack_local_does_not_update_a_type_without_a_row(stage):
    ids = {"id": "one", "urn": stage.urn(INDEX, "one"), "type": INDEX}
    inputs = to_struct(INDEX_INPUTS)

    with pytest.raises(grpc.RpcError) as caught:
        stage.provider.Update(
            provider_pb2.UpdateRequest(**ids, olds=inputs, old_inputs=inputs, news=inputs)
        )

    assert f"{INDEX} is not supported by the local cloud" in caught.value.details()


def test_a_type_that_the_sdk_does_not_declare_is_refused_by_name(plan):
    with pytest.raises(grpc.RpcError) as caught:
        plan.check("aws:xray/grupp:Grupp", {})

    assert caught.value.details() == (
        f"aws:xray/grupp:Grupp is not a type of pulumi_aws {sdk.version()}: "
        "correct its token, or upgrade pulumi_aws in requirements.txt"
    )


def test_only_the_types_of_a_program_are_read(plan):
    for cached in (sdk._declared, generic._row):
        cached.cache_clear()

    plan.preview(INDEX, INDEX_INPUTS)

    assert sdk._declared.cache_info().currsize == generic._row.cache_info().currsize == 1


def test_reading_a_type_takes_a_tenth_of_the_time_of_importing_its_class():
    code = """
import time
from localcloud.provider import sdk
started = time.process_time()
sdk.declared("aws:wafv2/webAcl:WebAcl")
read = time.process_time()
from pulumi_aws.wafv2 import WebAcl
print((read - started) / (time.process_time() - read))
"""
    run = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True
    )

    assert float(run.stdout) <= 0.1
