"""Whoever adds services to a checkout changes nothing outside their folders."""

import time

import pytest

from tests.integration.added import ADDED, SECONDS

QUICK = (
    "tests/spec tests/stacks tests/components/test_every_component.py"
    " tests/policy/check tests/builders tests/docs services"
)
pytestmark = [pytest.mark.integration, pytest.mark.timeout(3 * SECONDS)]


def test_added_services_run_and_call_and_hear_each_other(running):
    running.request("PUT", "api", "/books/1", "librarian", json={"title": "Emma"})

    loan = running.request("POST", "shop", "/loans", "reader", json={"isbn": "1"})
    found = running.request("GET", "shop", f"/loans/{loan['id']}", "reader")
    fine = running.request("GET", "api", "/fines/3", "cashier")
    of_loan = running.request("GET", "api", f"/fines/2/loans/{loan['id']}", "reader")

    assert of_loan == {"cents": 40, "title": "Emma"}
    assert found["title"] == "Emma"
    assert fine == {"cents": 60}
    letters = f"/reminders/{loan['reader']}"
    deadline = time.monotonic() + 30
    while not (told := running.request("GET", "api", letters, "reader")["letters"]):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert told == [{"loan": loan["id"], "title": "Emma"}]


def test_the_state_of_an_environment_with_added_services_keeps_every_policy(running):
    running.run(
        """
        eval "$(.venv/bin/bulkhead env local)"
        pulumi stack export > "$BULKHEAD_HOME/state.json"
        bulkhead policy check "$BULKHEAD_HOME/state.json" --environment local
        """
    )


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_a_preview_with_added_services_keeps_every_policy(checkout, name):
    assert "every mandatory policy holds" in checkout.run(f"make preview ENV={name}")


def test_the_unit_tests_of_the_platform_and_of_added_services_pass(checkout):
    printed = checkout.run(
        f"""
        export PYTEST_ADDOPTS=--timeout=600
        make unit UNIT="{QUICK}"
        make policies POLICIES=tests/policy/test_environments.py
        """
    )

    assert printed.count(" passed") == len(["unit", "policies"])
    assert "failed" not in printed


def test_a_checkout_with_added_services_has_no_other_change(checkout):
    assert checkout.changes() == {f"services/{one}/" for one in ADDED}
