"""Where engines are kept between checkouts: one folder each, complete or not there at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from filelock import FileLock

from localcloud.engine.version import MODULE, pinned

if TYPE_CHECKING:
    from collections.abc import Generator


def folder() -> Path:
    """Return the cache: `BULKHEAD_CACHE_DIR`, or the user's own cache folder."""
    chosen = os.environ.get("BULKHEAD_CACHE_DIR")
    base = Path(chosen).resolve() if chosen else platformdirs.user_cache_path("bulkhead")
    return base / "engine"


def built_key(module: Path = MODULE) -> str:
    """Name the engine that go.mod and go.sum in *module* describe."""
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        digest.update((module / name).read_bytes())
    return f"{pinned(module)}-{digest.hexdigest()[:12]}"


def installed_key(module: Path = MODULE) -> str:
    """Name the engine of the same version that the vendor's installer brings."""
    return f"{pinned(module)}-vendor"


@contextmanager
def making(cache: Path, key: str) -> Generator[Path | None]:
    """Give a folder to fill; it becomes *key* when the block ends well, and nothing otherwise.

    Only one process makes a key at a time. One that had to wait gets `None`: it is there already.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{key}.lock"):
        if (cache / key).is_dir():
            yield None
            return
        unfinished = Path(tempfile.mkdtemp(prefix=f".{key}-", dir=cache))
        try:
            yield unfinished
            unfinished.chmod(0o755)
            unfinished.rename(cache / key)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
