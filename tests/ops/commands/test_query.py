"""What is searched, and how a mistake in a query is shown."""

import pytest
from botocore.exceptions import ClientError

from ops.commands.query import LOG_GROUP, explained, groups_of, results, seconds
from ops.deployed import MICROSERVICE, Resource
from ops.errors import CommandError


class Logs:
    """A client whose query runs at first, and ends in *status*."""

    def __init__(self, status="Complete"):
        self.answers = ["Running", status]

    def start_query(self, **_):
        return {"queryId": "1"}

    def get_query_results(self, queryId):  # noqa: N803
        assert queryId == "1"
        rows = [[{"field": "a", "value": "1"}, {"field": "@ptr", "value": "x"}]]
        return {"status": self.answers.pop(0), "results": rows}


def deployed():
    made = {}
    for name in ("orders", "catalog"):
        made[f"urn::{name}"] = Resource(f"urn::{name}", MICROSERVICE, "", "", {})
        urn = f"urn::{name}-logs"
        made[urn] = Resource(urn, LOG_GROUP, f"/bulkhead/{name}", f"urn::{name}", {})
    made["urn::flow"] = Resource("urn::flow", LOG_GROUP, "/flow", "", {})
    return made


def test_all_services_are_searched_or_those_named():
    assert groups_of(deployed(), []) == ["/bulkhead/catalog", "/bulkhead/orders"]
    assert groups_of(deployed(), ["orders"]) == ["/bulkhead/orders"]
    with pytest.raises(CommandError, match="Services: catalog, orders"):
        groups_of(deployed(), ["nope"])


def test_rows_are_waited_for():
    assert results(Logs(), "fields a", ["g"], 60) == [{"a": "1"}]
    with pytest.raises(CommandError, match="without a result: Timeout"):
        results(Logs("Timeout"), "fields a", ["g"], 60)


def test_a_mistake_is_marked_below_its_line():
    compile_error = {
        "message": "expected a command",
        "location": {"startCharOffset": 11, "endCharOffset": 16},
    }
    response = {"Error": {"Message": "m"}, "queryCompileError": compile_error}
    assert explained("fields a\n| sotre b", response).splitlines()[-2:] == [
        "  | sotre b",
        "    ^^^^^",
    ]


def test_other_errors_are_told():
    client = Logs()
    error = ClientError(
        {"Error": {"Code": "x", "Message": "there is no log group g"}}, "StartQuery"
    )

    def fails(**_):
        raise error

    client.start_query = fails
    with pytest.raises(CommandError, match="there is no log group g"):
        results(client, "fields a", ["g"], 60)


def test_durations():
    assert [seconds(one) for one in ("90s", "30m", "1h", "2d")] == [90, 1800, 3600, 172_800]
    with pytest.raises(CommandError, match="30m, 1h or 2d"):
        seconds("soon")
