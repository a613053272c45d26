"""Input and output of states, and which errors a retrier or catcher handles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ALL, TASK_FAILED, TIMEOUT = "States.ALL", "States.TaskFailed", "States.Timeout"


class StateError(Exception):
    """Raised when a task fails, with Step Functions' name of the error and its cause."""

    def __init__(self, name: str, cause: str) -> None:
        """Keep both."""
        super().__init__(f"{name}: {cause}")
        self.name = name
        self.cause = cause


def parameters(template: Any, data: Any, context: Mapping[str, Any]) -> Any:
    """Return *template* with the values of paths: `$` is *data*, `$$` is *context*."""
    if isinstance(template, dict):
        found: dict[str, Any] = {}
        for key, value in template.items():
            if key.endswith(".$"):
                root = context if value.startswith("$$") else data
                found[key.removesuffix(".$")] = _at(root, value.lstrip("$").split(".")[1:], value)
            else:
                found[key] = parameters(value, data, context)
        return found
    if isinstance(template, list):
        return [parameters(item, data, context) for item in template]
    return template


def merged(data: Any, path: str | None, result: Any) -> Any:
    """Return *data* with *result* at the ResultPath *path*; None discards the result."""
    if path is None:
        return data
    names = path.split(".")[1:]
    if not names:
        return result
    whole = json.loads(json.dumps(data)) if isinstance(data, dict) else {}
    inner = whole
    for name in names[:-1]:
        inner = inner.setdefault(name, {})
    inner[names[-1]] = result
    return whole


def matching(handlers: Sequence[Mapping[str, Any]], error: str) -> int | None:
    """Return the index of the first retrier or catcher that handles *error*."""
    for index, handler in enumerate(handlers):
        names = handler["ErrorEquals"]
        if error in names or ALL in names or (TASK_FAILED in names and error != TIMEOUT):
            return index
    return None


def _at(root: Any, names: Sequence[str], path: str) -> Any:
    for name in names:
        if not isinstance(root, dict) or name not in root:
            raise StateError("States.ParameterPathFailure", f"{path} is not in the input")
        root = root[name]
    return root
