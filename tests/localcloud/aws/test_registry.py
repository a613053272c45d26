"""What the declarations of the AWS services promise."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from importlib.metadata import PackageNotFoundError, distribution, requires
from typing import Any

import botocore.session
import pytest
from packaging.requirements import Requirement

from localcloud.aws import overrides
from localcloud.aws.registry import service_signed_as, services
from localcloud.aws.xray.overrides import OPERATIONS

SERVICES = {one.package: one for one in services()}
MOTO_ALONE = """
import sys
from localcloud.aws.registry import services
assert services()
from localcloud.provider.table import table
assert table().rows
import {modules}
print([name for name in sys.modules if name.split(".")[0] in {{"moto", "moto_ext"}}])
"""
PROCESSES = (
    "localcloud.runtime.workers.__main__", "localcloud.runtime.frontdoor.__main__",
    "localcloud.supervisor.__main__", "localcloud.provider.server",
)  # fmt: skip


def functions(service: Any) -> list[str]:
    stages = (
        "before_moto", "overrides", "overrides_with_endpoints", "applications", "after_load",
        "resume", "wake_waiting", "close",
    )  # fmt: skip
    named = [name for stage in stages for name in getattr(service, stage)]
    maps = (service.collections, service.downloads, service.reports)
    return [*named, *(name for one in maps for name in one.values())]


def test_neither_declarations_nor_provider_nor_workers_import_moto():
    program = MOTO_ALONE.format(modules=", ".join(PROCESSES))

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


@pytest.mark.parametrize("package", SERVICES)
def test_every_declared_function_exists(package):
    service = SERVICES[package]

    assert all(callable(service.load(name)) for name in functions(service))


@pytest.mark.parametrize("package", SERVICES)
def test_every_declared_operation_is_one_of_the_service(package):
    service = SERVICES[package]
    models = {
        "apigateway": "apigatewayv2", "elasticfilesystem": "efs", "elasticloadbalancing": "elbv2",
        "monitoring": "cloudwatch", "states": "stepfunctions",
    }  # fmt: skip
    model = botocore.session.get_session().get_service_model(
        models.get(service.signing_name, service.signing_name)
    )

    declared = service.read_operations | service.data_operations | service.quiet_operations

    assert declared <= {*model.operation_names}
    assert model.signing_name == service.signing_name


def test_no_two_services_declare_the_same():
    def twice(words: Any) -> list[str]:
        return [word for word, count in Counter(words).items() if count > 1]

    every = services()

    assert twice(one.signing_name for one in every) == []
    assert twice(one.moto for one in every) == []
    assert twice(word for one in every for word in one.collections) == []
    assert twice(path for one in every for path in (*one.downloads, *one.reports)) == []


def test_collections_of_messages_items_events_and_objects_are_restored():
    assert overrides.collections().keys() >= {
        *("dynamodb ", "dynamodb-stream ", "logs ", "s3 ", "sqs ", "sqs-seen "),
    }


def test_only_services_whose_data_is_journalled_skip_their_snapshot():
    skipped = {one.moto for one in services() if not one.data_changes_backend}

    assert skipped == {
        "cloudwatch",
        "dynamodb",
        "events",
        "kinesis",
        "logs",
        "s3",
        "sns",
        "sqs",
    }


def test_a_service_is_found_by_the_name_its_requests_are_signed_for():
    found = service_signed_as("elasticloadbalancing")

    assert found is not None
    assert found.moto == "elbv2"
    assert service_signed_as("unknown") is None


def test_optional_requirements_of_moto_are_installed_for_every_service():
    extras = {service.moto for service in services()} | {"s3crc32c"}
    extras.remove("xray")  # its SDK is for programs that moto mocks
    extras.remove("stepfunctions")  # its interpreter is not used: the workers run executions
    wanted = [Requirement(line) for line in requires("moto") or []]

    missing = [
        one.name
        for one in wanted
        if any(one.marker and one.marker.evaluate({"extra": extra}) for extra in extras)
        and not _is_installed(one.name)
    ]

    assert missing == []


def _is_installed(name: str) -> bool:
    try:
        return bool(distribution(name))
    except PackageNotFoundError:
        return False


def test_an_override_is_imported_after_the_earlier_ones_are_installed(monkeypatch):
    order = []

    class Stub:
        overrides = ("data:install", "checks:install")

        def load(self, name):
            order.append(f"import {name}")
            return lambda: order.append(f"call {name}")

    monkeypatch.setattr(overrides, "services", lambda: [Stub()])

    overrides._call("overrides")

    assert order == [
        "import data:install", "call data:install", "import checks:install", "call checks:install",
    ]  # fmt: skip


def test_every_operation_of_xray_is_declared_or_answered_by_the_telemetry_process():
    found = service_signed_as("xray")

    assert found is not None
    assert not found.telemetry_operations & OPERATIONS.keys()
    assert found.telemetry_operations | OPERATIONS.keys() == set(
        botocore.session.get_session().get_service_model("xray").operation_names
    )
