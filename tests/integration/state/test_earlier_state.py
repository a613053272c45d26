"""A local environment that an earlier commit made goes on: nothing is replaced, no data is lost."""

import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from shutil import copy2, rmtree

import pytest
import requests

from localcloud.engines.commands import UNPRIVILEGED
from localcloud.layout import ROOT

MADE = Path(__file__).with_name("made-by-d904e5e.tar.xz")
"""`services/` of d904e5e and the `.bulkhead` that its `make up` made, after one order of ada's."""

CHECKOUT = "@CHECKOUT@"
"""Stands in the Pulumi state for the folder of the checkout."""

STATE = ".bulkhead/pulumi/state/.pulumi/stacks/bulkhead/local.json"
ORDER = "8f62db1d-cd29-4cb2-b3ec-8f17a4d5bd18"
LISTED: set[str] = set()
"""Resources that CHANGELOG.md says are replaced in an environment made by d904e5e."""

CREATED = re.compile(
    r"backups(-[a-z0-9-]+)?|credentials-rotation-access(-invoked|-policy)?"
    r"|orders-scaling(-policy|-target)?|tickets(-policy|-topic)?"
    r"|[a-z]+-queries(-[a-z-]+)?|(catalog|environment|notifications|orders)(-dashboard)?"
    r"|spans-(destination|index|policy)"
    r"|(api|orders-routes|catalog|notifications)(-burn-(fast|slow)(-\d+[hm])?|-all-failed)?"
    r"|log-archive(-[a-z-]+)?"
)
DELETED = {
    "api-errors",
    "catalog-errors",
    "notifications-errors",
    "orders-ledger-user-rotates",
    "orders-ledger-user-rotation",
    "orders-routes-errors",
}
"""Those that it says are created and deleted: none of these keeps data."""

REVISIONS = {"orders-task-definition", "orders-relay-task-definition"}
"""Immutable, so a new image makes new revisions: here the interpreter's path is another."""


def close_databases(folder):
    """Give the data directories the owner and the mode that PostgreSQL asks for."""
    for data in folder.glob("*/data"):
        data.chmod(0o700)
        for file in (data, *data.rglob("*")) if os.geteuid() == 0 else ():
            os.chown(file, UNPRIVILEGED, UNPRIVILEGED)


class Environment:
    """A copy of the checkout, with the services and the state of the earlier commit."""

    def __init__(self, root):
        self.root = root
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in filter(None, subprocess.check_output(listed, cwd=ROOT, text=True).split("\0")):
            left_out = name.startswith(("services/", "tests/", "docs/", "bench/"))
            if (ROOT / name).is_file() and not left_out:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                copy2(ROOT / name, root / name)
        with tarfile.open(MADE) as made:
            made.extractall(root, filter="data")
        close_databases(root / ".bulkhead" / "data" / "databases")
        state = root / STATE
        state.write_text(state.read_text().replace(CHECKOUT, str(root)))
        (root / ".venv").mkdir()
        for part in Path(sys.prefix).iterdir():
            (root / ".venv" / part.name).symlink_to(part)

    def bulkhead(self, *words):
        """Run the command of the copy, which must succeed."""
        variables = {k: v for k, v in os.environ.items() if k != "BULKHEAD_HOME"}
        done = subprocess.run(
            [sys.executable, "-m", "ops", *words],
            cwd=self.root,
            env=variables | {"COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, f"bulkhead {' '.join(words)}:\n{done.stdout}\n{done.stderr}"
        return done

    def address(self, name):
        """Return the address of one entrance."""
        return json.loads(self.bulkhead("status", "--json").stdout)["endpoints"][name]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    made = Environment(tmp_path_factory.mktemp("earlier"))
    try:
        yield made
    finally:
        made.bulkhead("destroy", "--force")
        made.bulkhead("down")
        rmtree(made.root, ignore_errors=True)


@pytest.fixture(scope="module")
def printed(environment):
    """What the first `up` of the present commit printed."""
    return environment.bulkhead("up").stderr


@pytest.mark.integration
def test_an_up_replaces_and_deletes_nothing_that_the_changelog_does_not_list(printed):
    replaced = set(re.findall(r"Creating the replacement of (\S+)", printed))
    created = re.findall(r"Creating (?!the replacement)(\S+)", printed)
    deleted = set(re.findall(r"Deleting (?!the replaced)(\S+)", printed))

    assert "✓ Resources: " in printed
    assert replaced - REVISIONS == LISTED, printed
    assert [one for one in created if not CREATED.fullmatch(one)] == [], printed
    assert deleted == DELETED, printed


@pytest.mark.integration
def test_an_order_of_the_earlier_commit_is_still_readable(environment, printed):
    token = environment.bulkhead("token", "customer").stdout.strip()
    header = {"Authorization": f"Bearer {token}"}

    order = requests.get(
        f"{environment.address('shop')}/orders/{ORDER}", headers=header, timeout=20
    )
    told = requests.get(
        f"{environment.address('api')}/notifications/{ORDER}", headers=header, timeout=20
    )

    assert order.json()["customer"] == "ada"
    assert order.json()["total_cents"] == 5800
    assert [one["type"] for one in told.json()["notifications"]] == ["order-placed"]
