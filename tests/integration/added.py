"""A checkout with the services of the tests in addition, in which the local cloud runs."""

import json
import subprocess
import tempfile
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree

import pytest
import requests

from tests.conftest import SERVICES
from tests.integration.checkouts import fresh_checkout

ADDED = ("books", "branches", "fines", "loans", "reminders")
"""Functions, one of them with a queue, and Fargate services, one of them with a database."""
KEPT = {"kit", "tests", "catalog", "delivery", "inventory", "notifications", "orders"}
SECONDS = 1200


class Checkout:
    """A copy of the checkout with the added services, in a repository of its own."""

    def __init__(self, root):
        self.root = root
        self.environment = fresh_checkout(root, without=())
        for folder in (root / "services").iterdir():
            if folder.is_dir() and folder.name not in KEPT:
                rmtree(folder)
        with (root / "Pulumi.local.yaml").open("a") as settings:
            settings.write("  bulkhead:allow_fault_injection: true\n")
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


@pytest.fixture(scope="session")
def checkout():
    with tempfile.TemporaryDirectory(prefix="bulkhead-added-") as name:
        made = Checkout(Path(name, "bulkhead").resolve())
        try:
            yield made
        finally:
            made.run(".venv/bin/bulkhead destroy --force || .venv/bin/bulkhead down")


@pytest.fixture(scope="session")
def running(checkout):
    printed = checkout.run("make up")
    assert "Every service answers" in printed
    return checkout
