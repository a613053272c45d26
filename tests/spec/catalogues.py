"""Small descriptions, and what a folder of them is told."""

import pytest

from spec.catalogue import SpecError, load_catalogue


def service(name, *, compute="lambda", **fields):
    kinds = {
        "lambda": {"kind": "lambda"},
        "fargate": {"kind": "fargate", "command": ["python", "-m", name]},
    }
    about = {"name": name, "description": "Works.", "owner": "team", "tier": "standard"}
    return {**about, "compute": kinds[compute], **fields}


def route(path, *methods, auth="customer"):
    return {"path": path, "methods": list(methods), "auth": auth}


def faults(folder):
    with pytest.raises(SpecError) as refused:
        load_catalogue(folder)
    return [line.removeprefix(f"{folder}/") for line in str(refused.value).splitlines()]
