"""The entry point of a function's process, in the functions' virtual environment.

Imports only few modules, of the standard library: their time is a part of every cold start.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Make the process end with its parent, then run the Lambda runtime client."""
    # Replace this file's folder on the path by that of the function's code.
    here = sys.path[0]
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    die_with_parent(int(sys.argv[1]))
    handler = os.environ["_HANDLER"]
    try:
        from awslambdaric.__main__ import main as run  # noqa: PLC0415
    except ImportError:
        run = _own_client(here)
    run([sys.argv[0], handler])


def die_with_parent(alive: int) -> None:
    """End this process when the workers exit, even if they are killed.

    *alive* is a pipe whose other end only the workers hold. Linux also sends a signal, because the
    pipe is not read while a C extension holds the GIL.
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_wait, args=(alive,), daemon=True).start()


def _wait(alive: int) -> None:
    while os.read(alive, 1):
        pass
    os.killpg(0, signal.SIGKILL)


def _own_client(folder: str):  # noqa: ANN202 - a function of a module found by its path
    import importlib.util  # noqa: PLC0415

    spec = importlib.util.spec_from_file_location("_runtime_client", Path(folder) / "client.py")
    assert spec is not None  # noqa: S101 - the file lies beside this one
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


if __name__ == "__main__":
    main()
