"""The JSON Schema of `service.yaml`, for editors: `python -m spec.schema` writes it."""

from __future__ import annotations

import json
from pathlib import Path

from spec.service import ServiceSpec

FILE = Path(__file__).with_name("service.schema.json")


def generated() -> str:
    """Return the schema as text."""
    schema = ServiceSpec.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps({**head, **schema}, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(generated())
