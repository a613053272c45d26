"""Two services: `loans` publishes an event with schemas, `letters` consumes it."""

import json

import pytest
import yaml

ABOUT = {
    "owner": "team",
    "description": "Works.",
    "tier": "standard",
    "compute": {"kind": "lambda"},
}
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "kind": {"enum": ["book", "map"]}},
}


@pytest.fixture
def catalogue(tmp_path):
    """Write both services, with `schemas` by file name and `released` ones; return the folder."""

    def write(schemas, *, released=None, consumes=None):
        services = {
            "letters": {"consumes": {"book-lent": consumes or {}}},
            "loans": {"publishes": ["book-lent"]},
        }
        for name, fields in services.items():
            (tmp_path / name).mkdir()
            text = yaml.safe_dump({"name": name, **ABOUT, **fields}, sort_keys=False)
            (tmp_path / name / "service.yaml").write_text(text)
        folder = tmp_path / "loans" / "events"
        for path, schema in schemas.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            text = schema if isinstance(schema, str) else json.dumps(schema, indent=1)
            file.write_text(text)
        if released is not None:
            folder.mkdir(exist_ok=True)
            lock = released if isinstance(released, str) else json.dumps({"book-lent": released})
            (folder / "events.lock").write_text(lock)
        return tmp_path

    return write


@pytest.fixture
def schema():
    return SCHEMA
