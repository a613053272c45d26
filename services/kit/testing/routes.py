"""The routes that a service's code handles, to compare them with its service.yaml.

`python -m kit.testing.routes <module>...` prints the routes of the first module that has an
application: a Powertools resolver, or a FastAPI application (bare, wrapped in `kit.asgi.Guard`, or
returned by a function `create`).
"""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KIT = Path(__file__).resolve().parents[1]
MISSING = 3
PARAMETER = re.compile(r"[{<]\w+[}>]")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class NoApplicationError(Exception):
    """Raised when a service's code cannot be imported here, or has no application."""


def handled(folder: Path, modules: Iterable[str], environment: Mapping[str, str]) -> set[str]:
    """Return the routes that the code in *folder* handles, as `GET /orders/{}`.

    The first importable one of *modules* is imported in a separate process. Raises
    NoApplicationError if it needs a package that is not installed, or has no application.
    """
    done = subprocess.run(  # noqa: S603 - this module, in another process
        [sys.executable, "-m", "kit.testing.routes", *modules],
        cwd=folder,
        env={**os.environ, **environment, "PYTHONPATH": f"{folder}{os.pathsep}{KIT.parent}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == MISSING:
        raise NoApplicationError(done.stderr.strip())
    if done.returncode:
        raise RuntimeError(f"{folder.name} cannot be imported:\n{done.stderr}")
    return set(json.loads(done.stdout.splitlines()[-1]))


def key(method: str, path: str) -> str:
    """Return a route without the names of its parameters: `GET /orders/{}`."""
    return f"{method} {PARAMETER.sub('{}', path)}"


def _application(modules: Iterable[str]) -> Any:
    for name in modules:
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name and not name.startswith(error.name):
                raise NoApplicationError(f"the package {error.name} is not installed") from error
            continue
        values = list(vars(module).values())
        create = getattr(module, "create", None)
        if callable(create):
            values.insert(0, create())
        for value in values:
            found = getattr(value, "application", value)  # of a Guard
            if not isinstance(found, type) and hasattr(found, "openapi_version"):
                return found
            if not isinstance(found, type) and hasattr(found, "get_openapi_schema"):
                return found
    raise NoApplicationError("neither a Powertools resolver nor a FastAPI application")


def _routes(app: Any) -> list[str]:
    if hasattr(app, "get_openapi_schema"):
        schema = json.loads(app.get_openapi_json_schema())
    else:
        schema = app.openapi()
    return sorted(
        key(method.upper(), path)
        for path, item in schema.get("paths", {}).items()
        for method in item
        if method.upper() in METHODS
    )


if __name__ == "__main__":
    try:
        print(json.dumps(_routes(_application(sys.argv[1:]))))  # noqa: T201 - its result
    except NoApplicationError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(MISSING)
