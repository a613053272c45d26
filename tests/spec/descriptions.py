"""A description that can be read, and what a file of another is told."""

import pytest
import yaml

from spec.catalogue import SpecError, load_service

FUNCTION = {
    "name": "parcels",
    "description": "Sends parcels.",
    "owner": "delivery",
    "tier": "standard",
    "compute": {"kind": "lambda"},
}
CONTAINER = {**FUNCTION, "compute": {"kind": "fargate", "command": ["python", "-m", "parcels"]}}
WORKER = {"worker": {"command": ["python", "-m", "parcels.worker"]}}
DATABASE = {"ledger": {"kind": "aurora-postgresql"}}


def read(folder, text):
    file = folder / "parcels" / "service.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text) if isinstance(text, str) else file.write_bytes(text)
    return load_service(file)


def faults(folder, spec):
    text = spec if isinstance(spec, str | bytes) else yaml.safe_dump(spec, sort_keys=False)
    with pytest.raises(SpecError) as refused:
        read(folder, text)
    prefix = f"{folder}/parcels/service.yaml:"
    return [line.removeprefix(prefix) for line in str(refused.value).splitlines()]
