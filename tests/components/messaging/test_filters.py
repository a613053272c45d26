"""Filters that a channel would reject are refused, with what to write."""

import pytest

from components.messaging.filters import leaves, problems


def of(rules):
    return {"data": {"amount": rules}}


@pytest.mark.parametrize(
    "filter_",
    [
        {"data": {"amount_cents": [{"numeric": [">", 0]}], "currency": ["EUR", "CHF"]}},
        {"type": ["order-placed"], "subject": [{"prefix": "orders/"}]},
        of([None, True, 1, 2.5, "x", {"exists": False}, {"anything-but": [1, 2]}]),
        of([{"numeric": [">=", 0, "<", 100]}, {"numeric": ["=", 7]}, {"suffix": "x"}]),
        {"data": {"customer": {"name": [{"equals-ignore-case": "ada"}]}}},
    ],
)
def test_what_every_channel_takes_is_accepted(filter_):
    assert problems(filter_) == []


@pytest.mark.parametrize(
    ("filter_", "problem"),
    [
        ({}, "write at least one field, as {data: {currency: [EUR]}}"),
        ({"data": {}}, "write at least one field in data"),
        ({"amount": [1]}, "write amount below data, as 'data: {amount: ...}'"),
        ({"type": {"x": [1]}}, "write type as a list of values and operators"),
        (of(5), "write data.amount as a list of values and operators"),
        (of([]), "write data.amount as a list of values and operators"),
        (of([[1]]), "write the values of data.amount as text, numbers, true, false or null"),
        (of([10**10]), "write data.amount with numbers from -10^9 to 10^9"),
        (of([float("inf")]), "write data.amount with numbers from -10^9 to 10^9"),
        (of([0.1234567]), "write data.amount with at most 5 decimal places"),
        (of([{"prefix": "a", "suffix": "b"}]), "write each operator of data.amount as an element"),
        (of([{"wildcard": "a*"}]), "remove the operator 'wildcard' of data.amount: SNS and"),
        (of([{"cidr": "10.0.0.0/8"}]), "remove the operator 'cidr' of data.amount"),
        ({"$or": [{"a": [1]}]}, "remove '$or': write the alternatives in the list of a field"),
        (of([{"like": "x"}]), "write one of anything-but, equals-ignore-case, exists, numeric"),
        (of([{"prefix": ""}]), "write text for 'prefix' in data.amount"),
        (of([{"exists": "no"}]), "write {exists: true} or {exists: false} in data.amount"),
        (of([{"anything-but": [1, "a"]}]), "write text, a number, or a list of one of both"),
        (of([{"anything-but": {"prefix": "a"}}]), "write text, a number, or a list of one"),
        (of([{"anything-but": 10**10}]), "write data.amount with numbers from -10^9"),
        (of([{"numeric": 5}]), "write 'numeric' in data.amount as one comparison, as ['>', 0]"),
        (of([{"numeric": ["!=", 5]}]), "write 'numeric' in data.amount as one comparison"),
        (of([{"numeric": ["<", 5, ">", 1]}]), "write 'numeric' in data.amount as one comparison"),
        (of([{"numeric": [">", True]}]), "write 'numeric' in data.amount as one comparison"),
        (of([{"numeric": [">", 5, "<", 1]}]), "write the lower limit of 'numeric' in data.amount"),
        (of([{"numeric": [">", 10**10]}]), "write data.amount with numbers from -10^9"),
        ({"data": {c: [1] for c in "abcdef"}}, "name at most 5 fields (it names 6)"),
        (of(list(range(76))), "write fewer values: SNS allows 150 combinations"),
    ],
)
def test_what_a_channel_rejects_is_refused_with_what_to_write(filter_, problem):
    [found] = problems(filter_)

    assert found.startswith(problem)


def test_each_field_that_a_filter_names_has_a_path():
    filter_ = {"type": ["a"], "data": {"b": {"c": [1]}}}

    assert [path for path, _ in leaves(filter_)] == [("type",), ("data", "b", "c")]
