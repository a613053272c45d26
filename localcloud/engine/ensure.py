"""Provides a Pulumi CLI: found, installed or built, whichever works first."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from localcloud.engine import cache as caches
from localcloud.engine.build import build
from localcloud.engine.find import Engine, find
from localcloud.engine.install import install
from localcloud.engine.progress import silent
from localcloud.engine.version import OLDEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localcloud.engine.progress import Progress


class EngineMissingError(RuntimeError):
    """Raised when there is no Pulumi CLI, and none can be installed or built."""


def ensure(
    progress: Progress = silent,
    *,
    cache: Path | None = None,
    path: str | None = None,
    installer: Callable[[Path, Progress], Engine | None] = install,
) -> Engine:
    """Return an engine: from PATH, the cache, Pulumi's installer, or built with Go."""
    cache = caches.folder() if cache is None else cache
    path = os.environ.get("PATH", "") if path is None else path
    engine = find(cache, path)
    if engine is not None:
        return engine
    engine = installer(cache, progress)
    if engine is not None:
        return engine
    go = shutil.which("go", path=path)
    if go is None:
        raise EngineMissingError(
            f"There is no Pulumi CLI {OLDEST} or newer with its Python language host on PATH,"
            " its installer cannot be reached, and there is no Go to build it with.\n"
            "Install one of the two and run the command again:\n"
            "  the Pulumi CLI: https://www.pulumi.com/docs/install/\n"
            "  Go 1.25 or newer: https://go.dev/doc/install"
        )
    return build(cache, go, progress)
