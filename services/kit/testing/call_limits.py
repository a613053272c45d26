"""A fixture that fails a test in which a request makes more calls than service.yaml allows.

    # conftest.py
    from kit.testing.call_limits import call_limits  # noqa: F401 - a fixture for each test

It applies `max_calls_per_request` of the service in whose folder the test is.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml

from kit import settings
from kit.resilience.usage import TOO_MANY, logger

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

FILE = "service.yaml"
LIMIT = "max_calls_per_request"


@pytest.fixture(autouse=True)
def call_limits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Apply the limits of the test's service, and fail if a request exceeds one."""
    folder = next((one for one in request.path.parents if (one / FILE).is_file()), None)
    if folder is None:
        yield
        return
    with watched(limits(folder / FILE), monkeypatch):
        yield


def limits(file: Path) -> dict[str, int]:
    """Return the limits of calls per request in a service.yaml, by callee."""
    spec: Any = yaml.safe_load(file.read_text())
    calls = spec.get("calls")
    if not isinstance(calls, dict):
        return {}
    written = cast("dict[str, dict[str, Any]]", calls)
    return {name: int(one[LIMIT]) for name, one in written.items() if LIMIT in one}


@contextlib.contextmanager
def watched(limits: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Fail if a request in the block makes more calls than *limits*."""
    for callee, most in limits.items():
        monkeypatch.setenv(f"{settings.prefix(callee)}_{LIMIT.upper()}", str(most))
    found = _Exceeded()
    logger.addHandler(found)
    try:
        yield
    finally:
        logger.removeHandler(found)
    if found.texts:
        pytest.fail("\n".join(found.texts))


class _Exceeded(logging.Handler):
    """Collects the reports of requests with too many calls."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == TOO_MANY:
            about: dict[str, Any] = vars(record)
            self.texts.append(
                f"a request made {about['calls']} calls of {about['callee']}, and {LIMIT} in"
                f" service.yaml is {about[LIMIT]}: ask for several at once"
            )
