"""The init phase of the deployed functions: whether their modules import and their handlers exist.

A function runs no code before its first invocation. `bulkhead up` runs its init phase, so that one
that cannot start fails there and not on the first request.
"""

from __future__ import annotations

import ast
import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.ports import HOST, claim
from ops.folders import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from localcloud.layout import Layout

RUN_SECONDS, READ_SECONDS = 120.0, 5.0
FRAME = re.compile(r'File "([^"]+)",? [Ll]ine (\d+)')
MISSING_MODULE = re.compile(r"No module named '([\w.]+)'")
MISSING_NAME = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
UNPACKED = re.compile(r".*/functions/[0-9a-f]{64}/")
"""The folder of the functions' unpacked code."""


@dataclass(frozen=True)
class Result:
    """The result of the last init phase; the defaults if none has run."""

    succeeded: bool = False
    error: Mapping[str, Any] | None = None
    """`errorType`, `errorMessage` and `stackTrace`, as the function's runtime reports them."""


def run(layout: Layout, function: str) -> Result:
    """Run the init phase of *function*, unless it has succeeded before."""
    return _request(layout, function, "POST", RUN_SECONDS)


def last(layout: Layout, function: str) -> Result:
    """Return the result of the last init phase of *function*."""
    return _request(layout, function, "GET", READ_SECONDS)


def explain(error: Mapping[str, Any], source: Path) -> str:
    """Return one line with the message of *error* and the place in the code below *source*."""
    kind = str(error.get("errorType", "")).removeprefix("Runtime.")
    place = _place(error, source)
    return f"{f'{place}: ' if place else ''}{kind}: {error.get('errorMessage', '')}"


def _request(layout: Layout, function: str, method: str, seconds: float) -> Result:
    url = f"http://{HOST}:{claim(layout, 'workers')}/functions/{function}/initialization"
    request = urllib.request.Request(url, method=method)
    try:
        with urllib.request.urlopen(request, timeout=seconds) as response:  # noqa: S310
            return Result(**json.load(response))
    except urllib.error.HTTPError as error:
        about = json.load(error)
        code = error.headers.get("x-amzn-ErrorType", "")
        return Result(error={"errorType": code, "errorMessage": about.get("message", "")})
    except OSError:
        return Result()  # the supervisor is starting the workers


def _place(error: Mapping[str, Any], source: Path) -> str:
    """Return `<file>:<line>` of the statement that failed; '' if it is not known."""
    for entry in reversed(error.get("stackTrace") or ()):
        if (frame := FRAME.search(entry)) and (unpacked := UNPACKED.match(frame[1])):
            return _shown(source, frame[1].removeprefix(unpacked[0]), int(frame[2]))
    if error.get("errorType") == "Runtime.HandlerNotFound":
        return shown(source / "service.yaml")
    message = str(error.get("errorMessage", ""))
    for path in sorted(source.rglob("*.py")):
        for module, names, line in _imports(path):
            if _failed(message, module, names):
                return _shown(source, str(path.relative_to(source)), line)
    return ""


def _failed(message: str, module: str, names: set[str]) -> bool:
    """Return whether *message* is about an import of *names* from *module*."""
    if missing := MISSING_MODULE.search(message):
        return missing[1] == module or module.startswith(f"{missing[1]}.")
    found = MISSING_NAME.search(message)
    return found is not None and found[2] == module and found[1] in names


def _imports(path: Path) -> Iterator[tuple[str, set[str], int]]:
    """Yield module, imported names and line of each import statement in *path*."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, set(), node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, {alias.name for alias in node.names}, node.lineno


def _shown(source: Path, file: str, line: int) -> str:
    """Return the position, relative to the checkout's root if the file is in *source*."""
    path = source / file
    return f"{shown(path) if path.is_file() else file}:{line}"
