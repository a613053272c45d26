"""The inbox in MariaDB against the same model as in PostgreSQL, and deliveries at one time."""

import contextlib
import re
from concurrent.futures import ThreadPoolExecutor

import pymysql
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from inbox_model import Event, deliveries, expected
from kit import inbox, mysql_inbox

pytestmark = pytest.mark.integration


class CrashError(Exception):
    pass


@pytest.fixture
def connect(mariadb):
    """Open connections to a database with the tables of the docstring, and a table of effects."""
    opened = []
    login = {"user": "master", "password": "m", "database": "tests"}

    def open_():
        opened.append(
            pymysql.connect(host=mariadb.host, port=mariadb.port, autocommit=True, **login)
        )
        return opened[-1].cursor()

    first = open_()
    first.execute("DROP TABLE IF EXISTS inbox, inbox_latest, effects")
    created = re.findall(r"^    (CREATE .*?);$", mysql_inbox.__doc__, re.DOTALL | re.MULTILINE)
    for statement in created:
        first.execute(statement)
    first.execute("CREATE TABLE effects (position int AUTO_INCREMENT PRIMARY KEY, event text)")
    yield open_
    for connection in opened:
        connection.close()


def deliver(cursor, event, *, latest_only=False, crashes=False):
    with mysql_inbox.once(cursor, event, latest_only=latest_only) as new:
        if new:
            cursor.execute("INSERT INTO effects (event) VALUES (%s)", [event.id])
            if crashes:
                raise CrashError


def effects(cursor):
    cursor.execute("SELECT event FROM effects ORDER BY position")
    return [event for (event,) in cursor.fetchall()]


@pytest.mark.parametrize("latest_only", [False, True])
@run(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(delivered=deliveries)
def test_each_event_has_its_effect_once(connect, delivered, latest_only):
    cursor = connect()
    for table in ("inbox", "inbox_latest", "effects"):
        cursor.execute(f"DELETE FROM {table}")
    for event, crashes in delivered:
        try:
            deliver(cursor, event, latest_only=latest_only, crashes=crashes)
        except CrashError:
            assert crashes

    found = effects(cursor)

    assert found == [event.id for event in expected(delivered, latest_only=latest_only)]


@pytest.mark.parametrize("latest_only", [False, True])
def test_of_deliveries_at_one_time_one_has_its_effect(connect, latest_only):
    cursors = [connect() for _ in range(8)]

    def work(index):
        for number in range(1, 6):
            with contextlib.suppress(CrashError):
                event = Event("a", number)
                deliver(cursors[index], event, latest_only=latest_only, crashes=index < 4)

    with ThreadPoolExecutor(len(cursors)) as pool:
        list(pool.map(work, range(len(cursors))))

    found = effects(cursors[0])
    assert len(set(found)) == len(found)
    assert found[-1] == "a-5"
    if not latest_only:
        assert sorted(found) == [f"a-{number}" for number in range(1, 6)]


def test_names_that_differ_by_case_are_different_events(connect):
    cursor = connect()

    for source in ("shop/Stock", "shop/stock", "shop/stöck"):
        deliver(cursor, Event("a", 1, source=source))

    assert effects(cursor) == ["a-1"] * 3


def test_a_lost_connection_is_an_error_and_the_event_is_new_again(connect):
    cursor, other = connect(), connect()

    def lose():
        with mysql_inbox.once(cursor, Event("a", 1), latest_only=False):
            other.execute(f"KILL {cursor.connection.thread_id()}")
            cursor.execute("INSERT INTO effects (event) VALUES ('a-1')")

    with pytest.raises(pymysql.Error):
        lose()

    deliver(other, Event("a", 1))
    assert effects(other) == ["a-1"]


def test_an_event_without_a_sequence_cannot_be_compared(connect, monkeypatch):
    monkeypatch.setenv("STOCK_CHANGED_LATEST_ONLY", "true")  # as service.yaml says

    with (
        pytest.raises(inbox.NoSequenceError, match="a-0 of type stock-changed has no sequence"),
        mysql_inbox.once(connect(), Event("a", 0)),
    ):
        pass


def test_old_events_are_removed(connect):
    cursor = connect()
    for number in (1, 2):
        deliver(cursor, Event("a", number))
    cursor.execute(
        "UPDATE inbox SET received_at = CURRENT_TIMESTAMP - INTERVAL 46 DAY WHERE id = 'a-1'"
    )

    mysql_inbox.clean(cursor)

    cursor.execute("SELECT id FROM inbox")
    assert cursor.fetchall() == (("a-2",),)
