"""`python -m localcloud.engine.prefetch`: downloads the Go modules of the CLI, if it will be built.

`make up` runs it while the virtual environment is incomplete: it needs nothing but the packages in
requirements-bootstrap.txt.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys

from localcloud.engine import cache as caches
from localcloud.engine.build import BuildError, download
from localcloud.engine.find import find
from localcloud.engine.install import is_reachable


def prefetch(path: str) -> None:
    """Download the modules unless *path*, the cache or the vendor's installer has a CLI."""
    go = shutil.which("go", path=path)
    if go is None or find(caches.folder(), path) is not None or is_reachable():
        return
    with contextlib.suppress(BuildError):  # `bulkhead up` tries again, and reports it
        download(go)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell ignores it in background processes
    prefetch(os.environ.get("PATH", ""))
    sys.exit(0)
