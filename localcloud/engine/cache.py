"""Cache of Pulumi CLIs, shared by checkouts: a folder each, created atomically."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from localcloud.engine.version import MODULE, pinned
from localcloud.user_cache import base

if TYPE_CHECKING:
    from collections.abc import Generator


def folder() -> Path:
    """Return the folder of Pulumi CLIs in the cache."""
    return base() / "engine"


def built_key(module: Path = MODULE) -> str:
    """Return the cache key of the CLI built from go.mod and go.sum in *module*."""
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        digest.update((module / name).read_bytes())
    return f"{pinned(module)}-{digest.hexdigest()[:12]}"


def installed_key(module: Path = MODULE) -> str:
    """Return the cache key of the same version from Pulumi's installer."""
    return f"{pinned(module)}-vendor"


@contextmanager
def creating(cache: Path, key: str) -> Generator[Path | None]:
    """Yield a temporary folder that is renamed to *key* when the block succeeds.

    Yields None if *key* exists; a lock keeps other processes from creating it at the same time.
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
