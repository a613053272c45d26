"""Password rotations while the service runs."""

import pytest

pytestmark = pytest.mark.integration

END_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'orders' AND datname = current_database()
"""


def test_a_rotated_password_costs_no_request(migrated, shop, order):
    migrated.set_password("second", in_secret=True)
    migrated.rows(END_CONNECTIONS)

    answers = [order(shop)[0] for _ in range(5)]

    assert answers == [201] * 5


def test_a_password_that_is_wrong_for_a_moment_is_read_again(migrated, shop, order, wait_for):
    migrated.set_password("third", in_secret=False)
    migrated.rows(END_CONNECTIONS)
    during, body, _ = order(shop)

    migrated.put_secret(password="third")

    assert (during, "the ledger does not answer" in body["message"]) == (503, True)
    wait_for(lambda: order(shop)[0] == 201)


def test_a_secret_without_a_password_is_waited_for(migrated, wait_for):
    migrated.put_secret()
    process = migrated.start("orders.migrate")
    wait_for(lambda: "has no password yet" in process.log.read_text(), process)

    migrated.set_password("fourth", in_secret=True)

    assert process.wait(timeout=10) == 0
