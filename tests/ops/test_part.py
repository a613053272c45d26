"""A part of the system: what runs, and what is stopped."""

import pytest

from localcloud import stopped
from localcloud.stopped import Stopped
from ops import part
from ops.deployed import DATABASE, INSTANCE, MICROSERVICE, Resource
from ops.errors import CommandError
from spec.catalogue import load_catalogue
from tests.conftest import SERVICES

ROOT = "urn:pulumi:local::bulkhead::"


@pytest.fixture
def library():
    return load_catalogue(SERVICES)


def test_a_part_says_what_was_added_and_what_is_stopped(library):
    found = part.of(library, " fines, ,branches,fines")

    assert found.chosen == ("fines", "branches")
    assert found.stopped == frozenset(library.services) - {*found.chosen, *dict(found.added)}
    assert found.lines() == [
        "Only fines, branches",
        *(f"with {name}, because {reason}" for name, reason in found.added),
        f"Stopped: {', '.join(sorted(found.stopped)) or 'none, all are needed'}",
    ]


@pytest.mark.parametrize(
    ("only", "message"),
    [
        ("", "--only names no service: write one or more of: books, branches,"),
        (" , ", "--only names no service: write one or more of: books, branches,"),
        ("fines,boks", "--only names the unknown service boks: write one or more of: books,"),
    ],
)
def test_what_is_not_a_service_is_refused_with_the_list(library, only, message):
    with pytest.raises(CommandError, match=message):
        part.of(library, only)


def test_databases_of_stopped_services_stop_after_the_deployment(layout):
    selected = part.Part(chosen=("catalog",), stopped=frozenset({"orders"}))
    found = {
        one.urn: one
        for one in (
            Resource(f"{ROOT}s::orders", MICROSERVICE, "", "", {}),
            Resource(f"{ROOT}s::catalog", MICROSERVICE, "", "", {}),
            Resource(f"{ROOT}c::ledger", DATABASE, "ledger", f"{ROOT}s::orders", {}),
            Resource(f"{ROOT}c::products", DATABASE, "products", f"{ROOT}s::catalog", {}),
            Resource(f"{ROOT}i::a", INSTANCE, "db-1", f"{ROOT}s::orders", {"identifier": "books"}),
            Resource(
                f"{ROOT}i::b",
                INSTANCE,
                "db-2",
                f"{ROOT}s::orders",
                {"identifier": "books-replica", "replicateSourceDb": "books"},
            ),
        )
    }

    part.begin(layout, selected)
    during = stopped.read(layout)
    part.finish(layout, selected, found)
    after, options = stopped.read(layout), part.options(layout)
    part.begin(layout, None)

    services, only = frozenset({"orders"}), ("catalog",)
    assert during == Stopped(services, only=only)
    assert after == Stopped(services, frozenset({"books", "ledger"}), only)
    assert options == ["--only", "catalog"]
    assert (stopped.read(layout), part.options(layout)) == (Stopped(), [])
