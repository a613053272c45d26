"""Whoever adds services to a checkout changes nothing outside their folders."""

import json
import subprocess
import tempfile
import time
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree

import pytest
import requests

from tests.conftest import SERVICES
from tests.integration.checkouts import fresh_checkout

ADDED = ("books", "fines", "loans", "reminders")
"""A function, one with a role of its own, a Fargate service with a database, one with a queue."""
KEPT = {"kit", "tests", "catalog", "notifications", "orders"}
QUICK = (
    "tests/spec tests/stacks tests/components/test_every_component.py"
    " tests/policy/test_environments.py tests/policy/check tests/builders tests/docs services"
)
SECONDS = 1200
pytestmark = [pytest.mark.integration, pytest.mark.timeout(3 * SECONDS)]


class Checkout:
    """A copy of the checkout with the added services, in a repository of its own."""

    def __init__(self, root):
        self.root = root
        self.environment = fresh_checkout(root, without=())
        for folder in (root / "services").iterdir():
            if folder.is_dir() and folder.name not in KEPT:
                rmtree(folder)
        self.run("git init --quiet && git add --all")
        self.run("git -c user.name=a -c user.email=a@b.c commit --quiet --message x")
        for name in ADDED:
            added = root / "services" / name
            copytree(SERVICES / name, added, ignore=ignore_patterns("__pycache__"))
            description = added / "service.yaml"
            text = description.read_text().replace("=../../../../spec/", "=../../spec/")
            description.write_text(text)

    def run(self, commands):
        """Run *commands* in a shell, which must succeed, and return what they print."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.root,
            env=self.environment | {"COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode == 0, f"{commands}:\n{done.stdout}"
        return done.stdout

    def changes(self):
        """Return what `git status` shows."""
        return {line[3:] for line in self.run("git status --porcelain").splitlines()}

    def request(self, method, entrance, path, role=None, **how):
        """Send a request with a token of *role* and return the JSON of the answer."""
        status = json.loads(self.run(".venv/bin/bulkhead status --json"))
        if role is not None:
            token = self.run(f".venv/bin/bulkhead token {role}").strip()
            how["headers"] = {"Authorization": f"Bearer {token}"}
        url = f"{status['endpoints'][entrance]}{path}"
        answer = requests.request(method, url, timeout=20, **how)
        assert answer.ok, f"{answer.status_code} {answer.text}"
        return answer.json()


@pytest.fixture(scope="module")
def checkout():
    with tempfile.TemporaryDirectory(prefix="bulkhead-added-") as name:
        made = Checkout(Path(name, "bulkhead").resolve())
        try:
            yield made
        finally:
            made.run(".venv/bin/bulkhead destroy --force || .venv/bin/bulkhead down")


@pytest.fixture(scope="module")
def running(checkout):
    printed = checkout.run("make up")
    assert "Every service answers" in printed
    return checkout


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
    printed = checkout.run(f'PYTEST_ADDOPTS=--timeout=600 make unit UNIT="{QUICK}"')

    assert " passed" in printed
    assert "failed" not in printed


def test_a_checkout_with_added_services_has_no_other_change(checkout):
    assert checkout.changes() == {f"services/{one}/" for one in ADDED}
