"""Saved queries are found by the name of their service and their own."""

import pytest

from ops.errors import CommandError
from ops.saved_queries import SavedQuery, named, saved


class Logs:
    """A client with two pages of saved queries."""

    def describe_query_definitions(self, **given):
        assert given["queryDefinitionNamePrefix"] == "local/"
        if "nextToken" in given:
            return {"queryDefinitions": [query("local/orders/one-trace")]}
        return {"queryDefinitions": [query("local/catalog/one-trace")], "nextToken": "2"}


def query(name):
    return {"name": name, "queryString": f"fields {name}", "logGroupNames": ["g"]}


def test_all_pages_are_read():
    assert list(saved(Logs())) == ["catalog/one-trace", "orders/one-trace"]


@pytest.mark.parametrize("name", ["orders/one-trace", "local/orders/one-trace"])
def test_one_is_found_with_or_without_the_environment(name):
    assert named(Logs(), name) == SavedQuery("fields local/orders/one-trace", ["g"])


def test_an_unknown_one_is_answered_with_those_there_are():
    with pytest.raises(CommandError, match="Saved: catalog/one-trace, orders/one-trace"):
        named(Logs(), "orders/nope")
