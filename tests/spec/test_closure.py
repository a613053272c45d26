"""Which services a part of the system needs."""

import pytest

from spec.catalogue import load_catalogue
from spec.closure import closure
from tests.spec.test_catalogue import route, service

ROUTES = [route("/{name}", "GET")]


@pytest.fixture
def shop(write):
    """Orders publishes to mail and stock; orders and stock call others."""
    return load_catalogue(
        write(
            service("catalog", routes=[route("/catalog", "GET")], calls=["prices"]),
            service("mail", consumes={"placed": {}, "moved": {}}),
            service("orders", calls=["catalog"], publishes=["placed"]),
            service("prices", routes=[route("/prices", "GET")]),
            service("stock", consumes={"placed": {}}, publishes=["moved"], calls=["vans"]),
            service("vans", routes=[route("/vans", "GET")]),
        )
    )


@pytest.mark.parametrize(
    ("chosen", "added"),
    [
        (["prices"], {}),
        (["catalog"], {"prices": "catalog calls it"}),
        (
            ["orders"],
            {
                "mail": "it consumes placed, which orders publishes",
                "stock": "it consumes placed, which orders publishes",
                "catalog": "orders calls it",
                "vans": "stock calls it",
                "prices": "catalog calls it",
            },
        ),
        (
            ["stock", "vans"],
            {
                "mail": "it consumes moved, which stock publishes",
                "orders": "it publishes placed, which stock consumes",
                "catalog": "orders calls it",
                "prices": "catalog calls it",
            },
        ),
    ],
    ids=["alone", "a callee", "consumers and all callees", "partners of partners are not added"],
)
def test_a_part_needs_callees_and_the_partners_of_its_own_events(shop, chosen, added):
    assert closure(shop, chosen) == added
