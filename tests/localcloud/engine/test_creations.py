"""The journal of creates."""

import pytest

from localcloud.engine.creations import Creation, Creations, look_up
from localcloud.layout import Layout

URN = "urn:pulumi:local::bulkhead::aws:sqs/queue:Queue::orders"


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


def test_an_object_that_was_made_is_found_by_its_urn(layout):
    with Creations(layout).making(URN) as created:
        before = look_up(layout, URN)
        created("queue-1")
        during = look_up(layout, URN)

    assert before == Creation(running=True)
    assert during == Creation(id="queue-1", running=True)
    assert look_up(layout, URN) == Creation(id="queue-1")


def test_of_several_the_last_counts(layout):
    creations = Creations(layout)
    for number in (1, 2):
        with creations.making(URN) as created:
            created(f"queue-{number}")

    assert look_up(layout, URN).id == "queue-2"


def test_a_create_that_failed_made_nothing(layout):
    with pytest.raises(RuntimeError), Creations(layout).making(URN):
        raise RuntimeError

    assert look_up(layout, URN) == Creation()


def test_an_object_made_by_halves_is_found(layout):
    def fail():
        with Creations(layout).making(URN) as created:
            created("queue-1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert look_up(layout, URN) == Creation(id="queue-1")


def test_what_nobody_asked_for_was_not_made(layout):
    assert look_up(layout, URN) == Creation()


def test_a_provider_that_died_while_making_is_not_waited_for(layout):
    with Creations(layout).making(URN):
        Creations(layout)
        after = look_up(layout, URN)

    assert after == Creation()


def test_a_line_that_a_kill_cut_off_does_not_count(layout):
    with Creations(layout).making(URN) as created:
        created("queue-1")
    with (layout.data / "creations.jsonl").open("a") as file:
        file.write('{"key": "x", "urn": "urn:')

    assert look_up(layout, URN).id == "queue-1"
