"""Executes a program that the kernel kills when its parent process dies.

Run by path, isolated and without site packages: `exec_with_parent.py <parent> <program> <words>`.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
CANNOT_START = 127


def main() -> None:
    """Replace this process by the program in its arguments (exec)."""
    parent, program, *words = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):  # it died before prctl
        sys.exit(CANNOT_START)
    try:
        os.execvp(program, [program, *words])  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.stderr.write(f"cannot start {program}: {error.strerror}\n")
        sys.exit(CANNOT_START)


if __name__ == "__main__":
    main()
