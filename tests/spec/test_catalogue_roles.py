"""Roles of a folder of descriptions."""

import pytest

from spec.catalogue import load_catalogue
from tests.spec.catalogues import faults, route, service


def test_a_service_brings_roles_that_every_service_may_use(write):
    folder = write(
        service("a", roles={"clerk": "Writes."}, routes=[route("/a", "GET", auth="clerk")]),
        service("b", routes=[route("/b", "GET", auth="clerk")]),
    )

    assert load_catalogue(folder).roles == {"customer": "Buys.", "clerk": "Writes."}


@pytest.mark.parametrize(("role", "origin"), [("customer", "roles.yaml"), ("clerk", "a")])
def test_a_role_is_described_once(write, role, origin):
    folder = write(service("a", roles={"clerk": "Writes."}), service("b", roles={role: "Reads."}))

    [found] = faults(folder)

    assert f"roles.{role}: found the role '{role}', which {origin} describes; remove it" in found


def test_a_role_is_one_that_the_shop_knows(write):
    [found] = faults(write(service("a", routes=[route("/a", "GET", auth="custmer")])))

    assert (
        "routes[0].auth: found the unknown role 'custmer'; write one of: public, service, customer"
        in found
    )


@pytest.mark.parametrize("word", ["public", "service"])
def test_a_reserved_word_is_not_a_role(write, word):
    folder = write(service("a"))
    (folder / "roles.yaml").write_text(f"customer: Buys.\n{word}: All.\n")

    [found] = faults(folder)

    assert f"roles.yaml:2: {word}: found the role '{word}'; give the role another name" in found


@pytest.mark.parametrize("roles", ["customer:\n", "customer: [1]\n"])
def test_a_role_is_described(write, roles):
    folder = write(service("a"))
    (folder / "roles.yaml").write_text(roles)

    assert "write what the role may do" in faults(folder)[0]


def test_a_role_has_a_name_that_a_route_can_write(write):
    folder = write(service("a"))
    (folder / "roles.yaml").write_text("customer: Buys.\nBig Boss: Rules.\n")

    [found] = faults(folder)

    assert found.startswith("roles.yaml:2: Big Boss: found the role 'Big Boss'; write lower-case")
