"""A kind is one module on each side, found by itself."""

import importlib
import sys
from functools import partial

import pytest

from components.microservice import Microservice
from components.service.kinds import Store, StoreContext
from spec.kinds import models, modules
from spec.service import ServiceSpec
from stacks.context import ServiceContext
from stacks.from_spec import microservice_args
from stacks.kinds.registry import translation
from tests.conftest import ROOT

ADDITIONS = ROOT / "bench" / "additions"
PACKAGES = {
    "store-kind": ("spec.stores", "components.data", "stacks.kinds.stores"),
    "compute-kind": ("spec.compute", "components.service", "stacks.kinds.compute"),
}
"""The packages in which each example of a kind has a module."""


@pytest.fixture
def toys(monkeypatch):
    """Add a kind of store and a kind of compute beside the shipped ones, and take them out."""
    before = set(sys.modules)
    with monkeypatch.context() as patched:
        for example, packages in PACKAGES.items():
            for package in packages:
                module = importlib.import_module(package)
                folder = ADDITIONS / example / package.replace(".", "/")
                patched.setattr(module, "__path__", [*module.__path__, str(folder)])
        ServiceSpec.model_rebuild(force=True)
        yield
    for name in set(sys.modules) - before:
        if name.endswith((".shelf", ".job")):
            del sys.modules[name]
            package, _, module = name.rpartition(".")
            vars(sys.modules[package]).pop(module, None)
    ServiceSpec.model_rebuild(force=True)


@pytest.fixture
def context(platform):
    return ServiceContext(
        target=None,
        platform=platform,
        compute=None,
        artifacts=None,
        channels={},
        queues={},
        senders={},
        callees={},
        priorities={},
    )


def test_a_new_kind_of_store_and_of_compute_deploys_without_an_edit(toys, build, context):
    spec = ServiceSpec.model_validate(
        {
            "name": "toys",
            "description": "Keeps toys.",
            "owner": "games",
            "tier": "internal",
            "compute": {"kind": "job", "memory_mib": 256},
            "stores": {"cupboard": {"kind": "shelf", "text": "bear"}},
        }
    )

    made = build(lambda: Microservice("toys", microservice_args(spec, context)))

    parameter = made.one("aws:ssm/parameter:Parameter", "toys-cupboard").inputs
    assert parameter["value"]["value"] == "bear"  # the SDK marks it as secret
    job = made.one("aws:lambda/function:Function", "toys").inputs
    assert job["memorySize"] == 256
    assert job["environment"]["variables"]["CUPBOARD_SHELF"] == "toys-cupboard"


def test_a_kind_that_is_taken_out_is_unknown_again(toys):
    assert "shelf" in models("spec.stores")

    with pytest.raises(LookupError, match="KIND = 'drawer'"):
        translation("stacks.kinds.stores", "drawer")


@pytest.mark.parametrize("package", ["stores", "compute", "channels"])
def test_each_model_has_a_translation_and_each_translation_a_model(package):
    translated = {module.KIND for module in modules(f"stacks.kinds.{package}")}

    assert translated == set(models(f"spec.{package}"))


@pytest.mark.parametrize("kind", models("spec.stores"))
def test_a_service_gets_exactly_the_variables_that_the_store_declares(build, platform, kind):
    model = models("spec.stores")[kind]
    spec = model.model_validate({"kind": kind, **model.EXAMPLE})
    define = partial(translation("stacks.kinds.stores", kind).define, spec)
    found = []

    def program():
        found.append(
            Store(define=define).define(
                StoreContext(
                    service="parcels",
                    store="my-store",
                    platform=platform,
                    security_group_id="sg-1",
                    tags=None,
                    opts=None,
                )
            )
        )

    build(program)

    assert set(found[0].environment) == {f"MY_STORE_{part}" for part in spec.variables}
