"""URNs never change: a renamed or moved resource would be replaced in every environment."""

import json
from pathlib import Path

import pytest

from spec.catalogue import load_catalogue
from stacks.artifacts import Artifacts, FunctionArchive, Image
from stacks.environment import build as build_environment
from tests.conftest import settings_in

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
SHOP = FIXTURES / "services" / "shop"
"""The descriptions of commit d904e5e."""
URNS = json.loads((FIXTURES / "urns" / "d904e5e.json").read_text())
"""Environment to the URNs of that commit, as `<types of the parents>$<type>::<name>`."""
REMOVED = {
    "orders-ledger-user-rotation": "one policy of the rotation function replaces those of secrets",
    "orders-ledger-user-rotates": "one permission of the rotation function replaces theirs",
    "catalog-errors": "alarms on the rate at which the error budget is spent replace it",
    "notifications-errors": "alarms on the rate at which the error budget is spent replace it",
    "orders-routes-errors": "alarms on the rate at which the error budget is spent replace it",
}
"""Resources without data that went, and why."""
PREFIX = "urn:pulumi:test::bulkhead::"


@pytest.fixture
def urns(build, tmp_path):
    """Return every URN of an environment, and every alias."""
    archive = tmp_path / "function.zip"
    archive.write_bytes(b"PK")
    zipped = FunctionArchive(archive=str(archive), sha256="0" * 64)
    artifacts = Artifacts(
        functions=dict.fromkeys(
            ("catalog", "notifications", "credentials-rotation", "secret-ages"), zipped
        ),
        images={"orders": Image(digest=f"sha256:{'1' * 64}")},
    )

    def of(environment):
        made = build(
            lambda: build_environment(settings_in(environment), load_catalogue(SHOP), artifacts)
        )
        return set(map(urn, made.requests.values())) | {
            alias.urn.removeprefix(PREFIX) if alias.urn else urn(request, alias.spec.parentUrn)
            for request in made.requests.values()
            for alias in request.aliases
        }

    return of


def urn(request, parent=None):
    """Return the URN of *request*, or the one that it would have below *parent*."""
    parents = (parent or request.parent).removeprefix(PREFIX).rpartition("::")[0]
    inside = "" if parents in {"", "pulumi:pulumi:Stack"} else f"{parents}$"
    return f"{inside}{request.type}::{request.name}"


@pytest.mark.parametrize("environment", sorted(URNS))
def test_every_urn_of_an_earlier_commit_is_kept_or_an_alias(urns, environment):
    gone = set(URNS[environment]) - urns(environment)

    assert {one.rpartition("::")[2] for one in gone} == REMOVED.keys()
