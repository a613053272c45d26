"""Examples that comply with and violate each rule, taken from the rules' own tests.

The tests and their tables pass whole resources to every rule; the first ones become its examples.
"""

from __future__ import annotations

import importlib.util
import inspect
import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import policy.testing
from policy.engine.rule import ANY_TYPE
from policy.engine.stack import Stack
from policy.pages.locations import TESTS, examples_in, names
from policy.pages.python import is_shown, program
from policy.tables import cases

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from pathlib import Path
    from types import ModuleType

    from policy.engine.evaluate import Violation
    from policy.engine.resource import Resource
    from policy.engine.rule import Rule

    Call = tuple[Rule, Resource | Stack, list[Violation], Mapping[str, Any]]
    """A rule, what was checked, the violations, and the configuration."""
    Note = Callable[[Rule, Resource | Stack, list[Violation], Mapping[str, Any]], None]
    """Called with the arguments of each call."""


@dataclass
class Examples:
    """Programs that violate a rule and comply with it, if its tests have any."""

    broken: str = ""
    said: str = ""
    kept: str = ""


@dataclass
class _Recorder:
    found: dict[str, Examples] = field(default_factory=dict[str, Examples])

    def note(
        self, rule: Rule, seen: Resource | Stack, violations: list[Violation], _: Mapping[str, Any]
    ) -> None:
        """Record the first program of each kind."""
        examples = self.found.setdefault(rule.name, Examples())
        stack = seen if isinstance(seen, Stack) else Stack([seen])
        if not is_example(rule, stack):
            return
        if violations and not examples.broken:
            examples.broken = program(stack)
            examples.said = violations[0].message
        elif not violations and not examples.kept:
            examples.kept = program(stack)


def is_example(rule: Rule, stack: Stack) -> bool:
    """Return whether *stack* has resources for *rule* and can be written as a program."""
    types = {one.type for one in stack.resources}
    fits = ANY_TYPE in rule.types or bool(types.intersection(rule.types))
    return fits and is_shown(stack)


@cache
def calls(folder: Path = TESTS) -> tuple[Call, ...]:
    """Run the tests below *folder* once, and return each call of a rule in them."""
    found: list[Call] = []
    replay(lambda rule, seen, said, chosen: found.append((rule, seen, said, chosen)), folder)
    return tuple(found)


def examples(folder: Path = TESTS) -> dict[str, Examples]:
    """Return the examples in the tests below *folder* by the name of the rule."""
    recorder = _Recorder()
    for call in calls(folder):
        recorder.note(*call)
    return recorder.found


def examples_of(rule: Rule, folder: Path = TESTS) -> Examples | None:
    """Return the examples in the tests of *rule*; None if *folder* has no tests of it."""
    recorder = _Recorder()
    replay(recorder.note, folder, lambda path: names(path.read_text(), rule))
    return recorder.found.get(rule.name)


def replay(
    note: Note, folder: Path = TESTS, wanted: Callable[[Path], bool] = lambda _: True
) -> None:
    """Run the tests below *folder*, and pass each call of a rule in them to *note*."""
    with _recording(note):
        for path in filter(wanted, examples_in(folder)):
            tests = _cases(_load(path)) if path.suffix == ".py" else tables(path)
            for test in tests:
                test()


@contextmanager
def _recording(note: Note) -> Generator[None]:
    original = policy.testing.violations

    def recorded(rule: Rule, seen: Resource | Stack, **chosen: Any) -> list[Violation]:
        found = original(rule, seen, **chosen)
        note(rule, seen, found, chosen)
        return found

    policy.testing.violations = recorded
    try:
        yield
    finally:
        policy.testing.violations = original


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"examples_{path.stem}", path)
    assert spec is not None  # noqa: S101 - a .py file has one
    assert spec.loader is not None  # noqa: S101 - the same
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tables(path: Path) -> Iterator[Callable[[], Any]]:
    """Yield a test for each case in the table *path*."""
    return (case.check for case in cases(path))


def _cases(module: ModuleType) -> Iterator[Callable[[], Any]]:
    """Yield each test of *module* that needs no fixture, with each set of its parameters."""
    for name, test in vars(module).items():
        if not name.startswith("test_"):
            continue
        marks: list[Any] = getattr(test, "pytestmark", [])
        sets = [_sets(*one.args[:2]) for one in marks if one.name == "parametrize"]
        for chosen in itertools.product(*sets):
            given = {key: value for one in chosen for key, value in one.items()}
            if set(inspect.signature(test).parameters) == set(given):
                yield lambda test=test, given=given: test(**given)


def _sets(names: str | list[str], values: Any) -> list[dict[str, Any]]:
    """Return the arguments of each case of one parametrize mark."""
    split = [one.strip() for one in names.split(",")] if isinstance(names, str) else list(names)
    rows = [getattr(value, "values", value) for value in values]
    if len(split) == 1:
        return [{split[0]: row} for row in rows]
    return [dict(zip(split, row, strict=True)) for row in rows]
