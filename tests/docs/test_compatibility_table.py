"""The page about the local cloud shows the calls that the tests of compatibility make."""

from tests.compatibility import table


def test_the_table_on_the_page_is_that_of_the_calls():
    """If it is not, run `python -m tests.compatibility.table`."""
    assert table.current() == table.rendered()


def test_there_are_enough_calls_and_every_kind_of_them():
    calls = [call for service in table.services() for call in table.calls(service)]

    assert len(calls) >= 150
    assert {call.kind for call in calls} == set(table.KINDS)
