"""What tests share: settings of pytest, a platform, whole environments under mocks."""

from __future__ import annotations

import dataclasses
import functools
import gc
import os
import signal
from pathlib import Path
from types import SimpleNamespace as Fake
from typing import TYPE_CHECKING, Any

import hypothesis
import pulumi
import pytest
import yaml
from pulumi.runtime.proto import source_pb2

from components.service.platform import PasswordRotation, Platform
from spec.catalogue import load_catalogue
from spec.kinds import models
from spec.model import Artifact
from spec.service import ServiceSpec
from stacks import settings
from stacks.artifacts import Artifacts, FunctionArchive, Image
from stacks.compute import ROTATION
from stacks.environment import build as build_environment
from stacks.resource_outputs import transfer_properties
from stacks.secret_ages import SECRET_AGES
from tests.alarm_routing import ALARMS
from tests.recording import Recorded, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from spec.catalogue import Catalogue
    from stacks.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ROOT / "tests" / "fixtures" / "services"
"""The services of the platform's own tests: a small library."""

collect_ignore = ["fixtures"]


def pytest_configure(config: pytest.Config) -> None:
    # A shell with the local environment must not lead mocked calls to the running local cloud.
    os.environ.pop("AWS_ENDPOINT_URL", None)
    # The SDK warns of types nobody uses while it loads the module that holds them.
    config.addinivalue_line(
        "filterwarnings", r"ignore:.* has been deprecated in favor of:DeprecationWarning"
    )
    gc.disable()  # until the tests are collected: imports leave nothing to collect
    # A time limit per example fails on a busy machine.
    hypothesis.settings.register_profile("tests", deadline=None)
    hypothesis.settings.load_profile("tests")
    # A shell starts what runs in the background with SIGINT ignored, and its children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep tests that share a slow fixture in one process."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from tests.shared_environments import SharedEnvironments  # noqa: PLC0415 - only where xdist is on

    return SharedEnvironments(config, log)


def pytest_sessionstart() -> None:
    """Register resources as `stacks.tuning` does, and without stack traces."""
    pulumi.runtime.resource._get_stack_trace = source_pb2.StackTrace
    pulumi.runtime.rpc.transfer_properties = transfer_properties


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over modules and collected tests: a fifth of the CPU time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.fixture
def build() -> Callable[[Callable[[], object]], Recorded]:
    """Run a program to its end and return everything it registered."""
    return run


def settings_in(environment: str) -> Settings:
    """Return the settings that are checked in for *environment*."""
    config = yaml.safe_load((ROOT / f"Pulumi.{environment}.yaml").read_text())["config"]
    prefix = f"{settings.NAMESPACE}:"
    raw = {key.removeprefix(prefix): value for key, value in config.items()}
    return settings.parse(raw, environment)


@pytest.fixture(scope="session")
def platform() -> Platform:
    """The shared resources of an environment, with plain values as outputs."""
    return Platform(
        environment="test",
        account_id="123456789012",
        region="eu-west-1",
        vpc=Fake(
            vpc_id="vpc-1",
            private_subnet_ids=["private-a", "private-b"],
            isolated_subnet_ids=["isolated-a", "isolated-b"],
        ),
        cluster=Fake(arn="arn:cluster", cluster_name="cluster"),
        load_balancer=Fake(
            listener_arn="arn:listener",
            arn_suffix="app/shop/1",
            security_group_id="sg-shop",
            access_log_bucket="access-logs",
        ),
        api=Fake(
            api_id="api-1",
            execution_arn="arn:api",
            authorizer_id="tokens-1",
            service_authorizer_id="services-1",
        ),
        user_pool=Fake(issuer="https://issuer", jwks_endpoint="https://keys", client_id="client"),
        rotation=PasswordRotation(
            function=Fake(arn="arn:rotation", function_name="rotation", role_name="rotation-role"),
            security_group=Fake(security_group_id="sg-rotation"),
        ),
        alarms=ALARMS,
        key=Fake(arn="arn:key"),
    )


def whole(chosen: Settings, catalogue: Catalogue, archive: str) -> Recorded:
    """Build an environment with the services of *catalogue* and return what it registered."""
    exported: dict[str, Any] = {}

    def program() -> None:
        outputs = build_environment(chosen, catalogue, artifacts_of(catalogue, archive))
        exported.update(vars(outputs))
        outputs.export()

    recorded = run(program)
    recorded.exports = exported
    return recorded


def artifacts_of(catalogue: Catalogue, archive: str) -> Artifacts:
    """Return a build of each service, as `bulkhead build` would write it down."""
    zipped = FunctionArchive(archive=archive, sha256="0" * 64)
    kinds = {name: spec.compute.ARTIFACT for name, spec in catalogue.services.items()}
    functions = [name for name, kind in kinds.items() if kind is Artifact.ARCHIVE]
    functions += [spec.rotation_archive for spec in catalogue.services.values()]
    return Artifacts(
        functions=dict.fromkeys([*functions, ROTATION, SECRET_AGES], zipped),
        images={
            name: Image(digest=f"sha256:{'1' * 64}")
            for name, kind in kinds.items()
            if kind is Artifact.IMAGE
        },
    )


@pytest.fixture(scope="session")
def library() -> Catalogue:
    """The services of the tests: a small library."""
    return load_catalogue(SERVICES)


@pytest.fixture(scope="session")
def catalogue(library) -> Catalogue:
    """The library, and a function for each kind that it has not."""
    stores = [store for spec in library.services.values() for store in spec.stores.values()]
    missing = models("spec.stores").keys() - {store.KIND for store in stores}
    published = [each for spec in library.services.values() for each in spec.publishes.values()]
    unused = models("spec.channels").keys() - {c.KIND for each in published for c in each.channel}
    services = library.services | {f"keeps-{kind}": _keeping(kind) for kind in missing}
    services |= {f"tells-{kind}": _telling(kind) for kind in unused}
    services |= {f"watches-{kind}": _watching(kind) for kind in models("spec.sources")}
    return dataclasses.replace(library, services=dict(sorted(services.items())))


def _keeping(kind: str) -> ServiceSpec:
    """Return a function with a store of *kind*."""
    return ServiceSpec.model_validate(
        {
            "name": f"keeps-{kind}",
            "description": f"Uses a store of kind {kind}.",
            "owner": "tests",
            "tier": "internal",
            "compute": {"kind": "lambda"},
            "routes": [{"path": f"/keeps/{kind}", "methods": ["GET"], "auth": "reader"}],
            "stores": {"kept": {"kind": kind, **models("spec.stores")[kind].EXAMPLE}},
        }
    )


def _telling(kind: str) -> ServiceSpec:
    """Return a function that publishes an event on a channel of *kind* and consumes it."""
    return ServiceSpec.model_validate(
        {
            "name": f"tells-{kind}",
            "description": f"Uses a channel of kind {kind}.",
            "owner": "tests",
            "tier": "internal",
            "compute": {"kind": "lambda"},
            "publishes": {f"told-by-{kind}": {"channel": kind}},
            "consumes": {f"told-by-{kind}": {}},
        }
    )


def _watching(kind: str) -> ServiceSpec:
    """Return a function that changes in a store of its own invoke."""
    store = models("spec.sources")[kind].STORE_KINDS[0]
    streamed = {"stream": "NEW_AND_OLD_IMAGES"} if store == "dynamodb" else {}
    return ServiceSpec.model_validate(
        {
            "name": f"watches-{kind}",
            "description": f"Uses a source of kind {kind}.",
            "owner": "tests",
            "tier": "internal",
            "compute": {"kind": "lambda"},
            "stores": {
                "watched": {"kind": store, **models("spec.stores")[store].EXAMPLE, **streamed}
            },
            "sources": {"changes": {kind: "watched"}},
        }
    )


@pytest.fixture(scope="session")
def archive(tmp_path_factory) -> str:
    """The path of a file that stands for every function's archive."""
    file = tmp_path_factory.mktemp("artifacts") / "function.zip"
    file.write_bytes(b"PK")
    return str(file)


@pytest.fixture(scope="session")
def artifacts(catalogue, archive) -> Artifacts:
    """A build of each service."""
    return artifacts_of(catalogue, archive)


@pytest.fixture(scope="session")
def environment(catalogue, archive) -> Callable[[str], Recorded]:
    """Build an environment with the services of the tests, once for each name."""
    return functools.cache(lambda name: whole(settings_in(name), catalogue, archive))
