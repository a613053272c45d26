"""The package schema, from which the engine generates the code of imports."""

from __future__ import annotations

import json

import pytest
from pulumi.runtime.proto import provider_pb2

from localcloud.provider import sdk
from localcloud.provider.table import table


@pytest.fixture
def schema(stage):
    return json.loads(stage.provider.GetSchema(provider_pb2.GetSchemaRequest()).schema)


def test_every_supported_type_is_in_the_schema(schema):
    assert schema["version"] == sdk.version()
    assert schema["resources"].keys() == table().rows.keys()


def test_every_block_that_the_schema_refers_to_is_in_it(schema):
    named = {name.removeprefix("#/types/") for name in references(schema) if name[0] == "#"}

    assert named == schema["types"].keys()


def test_inputs_have_the_types_of_the_sdk(schema):
    mapping = schema["resources"]["aws:lambda/eventSourceMapping:EventSourceMapping"]
    filters = schema["types"][
        "aws:lambda/EventSourceMappingFilterCriteria:EventSourceMappingFilterCriteria"
    ]

    assert mapping["requiredInputs"] == ["functionName"]
    assert mapping["inputProperties"]["batchSize"] == {"type": "integer"}
    assert filters["properties"]["filters"]["type"] == "array"


def references(value):
    """Yield every reference in *value*."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from [item] if key == "$ref" else references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)
