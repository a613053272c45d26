"""What `pulumi up` says about files that cannot be used."""

from __future__ import annotations

import gc
import json
import runpy
import shutil
from pathlib import Path

import pulumi
import pytest
import yaml
from pulumi.runtime import resource

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """The program beside a single service; what it tunes is restored."""
    monkeypatch.setattr(pulumi.log, "debug", pulumi.log.debug)
    monkeypatch.setattr(resource, "_get_stack_trace", resource._get_stack_trace)
    monkeypatch.setattr(pulumi, "run", lambda main: main().send(None))
    shutil.copy(ROOT / "__main__.py", tmp_path)
    (tmp_path / "services" / "parcels").mkdir(parents=True)
    yield tmp_path
    gc.enable()


def test_a_description_that_cannot_be_used_ends_the_program_with_one_message(
    build, monkeypatch, checkout
):
    (checkout / "services" / "parcels" / "service.yaml").write_text("name: parcels\ntier: urgent\n")
    config = yaml.safe_load((ROOT / "Pulumi.local.yaml").read_text())["config"]
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in config.items()}
    caught = []

    def program():
        pulumi.runtime.set_all_config(texts)
        monkeypatch.setattr("pulumi.get_stack", lambda: "local")
        with pytest.raises(pulumi.RunError) as refused:
            runpy.run_path(str(checkout / "__main__.py"), run_name="__main__")
        caught.append(str(refused.value))

    build(program)

    assert 'services/parcels/service.yaml:2: tier: found "urgent"; write one of' in caught[0]
