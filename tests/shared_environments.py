"""Runs the tests that need whole environments in one process, so that each is made once.

`--dist loadgroup` of pytest-xdist 3.8 does so by mark, but not with pytest 9.2: the suffix that it
adds to the ids of tests is lost.
"""

from __future__ import annotations

import re
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).resolve().parent
ENVIRONMENT = re.compile(r"^(?:async )?def \w+\([^)]*\benvironment\b", re.MULTILINE)
"""A test or fixture that takes the fixture `environment`."""


class SharedEnvironments(LoadScopeScheduling):
    """Sends the files with tests of whole environments to one worker, other tests to any."""

    def __init__(self, *arguments) -> None:
        super().__init__(*arguments)
        self._files = {
            path.relative_to(TESTS.parent).as_posix()
            for path in TESTS.rglob("test_*.py")
            if ENVIRONMENT.search(path.read_text())
        }

    def mark_test_complete(self, node, item_index, duration=0):
        """Forget what is complete: each test looks through all that its worker was given."""
        super().mark_test_complete(node, item_index, duration)
        given = self.assigned_work[node]
        scope = self._split_scope(self.registered_collections[node][item_index])
        if all(given[scope].values()):
            del given[scope]

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        return "environments" if file in self._files else nodeid
