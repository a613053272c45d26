"""The schema that editors use."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from spec import schema

SERVICES = Path(schema.__file__).parent.parent / "services"


def test_the_checked_in_schema_is_the_models():
    assert schema.FILE.read_text() == schema.generated(), "run: python -m spec.schema"


@pytest.mark.parametrize(
    "file", sorted(SERVICES.glob("*/service.yaml")), ids=lambda f: f.parent.name
)
def test_each_description_fits_the_schema(file):
    jsonschema.validate(yaml.safe_load(file.read_text()), json.loads(schema.generated()))


def test_each_field_explains_itself():
    models = json.loads(schema.generated())["$defs"].values()

    silent = [
        f"{model['title']}.{name}"
        for model in models
        for name, about in model.get("properties", {}).items()
        if "description" not in about
    ]
    assert silent == []
