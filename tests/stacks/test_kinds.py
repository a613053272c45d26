"""A kind is one module on each side, found by itself."""

import importlib
import sys
from functools import partial

import pytest

from components.microservice import Microservice
from components.service.kinds import Store, StoreContext
from spec import service
from spec.kinds import models, modules
from spec.service import ServiceSpec
from stacks.context import ServiceContext
from stacks.from_spec import microservice_args
from stacks.kinds.registry import translation

TOY = {
    "spec/stores/shelf.py": '''
from typing import ClassVar, Literal

from spec.model import StoreSpec


class ShelfStore(StoreSpec):
    """A parameter."""

    KIND = "shelf"
    VARIABLES = ("SHELF",)

    kind: Literal["shelf"]
    """A parameter."""

    text: str = "empty"
    """What lies on it."""
''',
    "toy_components/shelf.py": """
import pulumi
import pulumi_aws as aws


class Shelf(pulumi.ComponentResource):
    def __init__(self, name, text, opts=None):
        super().__init__("toy:data:Shelf", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.parameter = aws.ssm.Parameter(name, type="String", value=text, opts=child)
""",
    "stacks/kinds/stores/shelf.py": """
from components.access import Statement
from components.service.environment import variable
from components.service.kinds import StoreAccess
from toy_components.shelf import Shelf

KIND = "shelf"


def define(spec, context):
    shelf = Shelf(context.name, spec.text, context.opts)
    return StoreAccess(
        environment={variable(context.store, "SHELF"): shelf.parameter.name},
        statements=[Statement(actions=["ssm:GetParameter"], resources=[shelf.parameter.arn])],
    )
""",
    "spec/compute/job.py": '''
from typing import Literal

from spec.model import Artifact, ComputeSpec, Entrance


class JobCompute(ComputeSpec):
    """A function under another name."""

    KIND = "job"
    ENTRANCE = Entrance.HTTP_API
    ARTIFACT = Artifact.ARCHIVE

    kind: Literal["job"]
    """A function."""

    memory_mib: int = 128
    """Its memory."""
''',
    "toy_components/job.py": """
from dataclasses import dataclass
from typing import ClassVar

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class Job:
    memory_mib: int
    kind: ClassVar[str] = "job"
    in_network: ClassVar[bool] = False
    target_port: ClassVar[None] = None

    def require_fits(self, service):
        pass

    def define(self, context):
        function = aws.lambda_.Function(
            context.name,
            role="arn:role",
            memory_size=self.memory_mib,
            environment={"variables": context.environment},
            opts=context.opts,
        )
        return {"job": function.name}
""",
    "stacks/kinds/compute/job.py": """
from toy_components.job import Job

KIND = "job"


def translate(name, compute, context):
    return Job(memory_mib=compute.memory_mib)
""",
}
PACKAGES = ("spec.stores", "spec.compute", "stacks.kinds.stores", "stacks.kinds.compute")


@pytest.fixture
def toys(tmp_path, monkeypatch):
    """Add a kind of store and a kind of compute beside the shipped ones, and take them out."""
    before = set(sys.modules)
    for name, text in TOY.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    with monkeypatch.context() as patched:
        for package in PACKAGES:
            module = importlib.import_module(package)
            folder = tmp_path / package.replace(".", "/")
            patched.setattr(module, "__path__", [*module.__path__, str(folder)])
        ServiceSpec.model_rebuild(force=True)
        yield
    for name in set(sys.modules) - before:
        if name.endswith((".shelf", ".job")) or name.startswith("toy_components"):
            del sys.modules[name]
            package, _, module = name.rpartition(".")
            vars(sys.modules.get(package, service)).pop(module, None)
    ServiceSpec.model_rebuild(force=True)


@pytest.fixture
def context(platform):
    return ServiceContext(
        target=None,
        platform=platform,
        compute=None,
        artifacts=None,
        topics={},
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


@pytest.mark.parametrize("package", ["stores", "compute"])
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

    assert set(found[0].environment) == {f"MY_STORE_{part}" for part in model.VARIABLES}
