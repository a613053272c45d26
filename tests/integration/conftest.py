"""What holds for every test that needs the engine."""

from pathlib import Path

import pytest

from tests.integration.added import checkout, running

__all__ = ["checkout", "running"]

HERE = Path(__file__).parent
SECONDS = 900
"""How long one may take: the first builds the engine, or brings the shop up."""


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS))
