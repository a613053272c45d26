"""Commands of servers that end with their parent process and do not run as root."""

from __future__ import annotations

import os
import shutil

UNPRIVILEGED = 65_534  # "nobody": PostgreSQL, MariaDB and memcached refuse to run as root


def as_unprivileged(command: list[str], death_signal: str = "TERM") -> list[str]:
    """Wrap *command* in setpriv: it gets *death_signal* when its parent ends, and is not root.

    Root's capability to enter folders without permission is kept, so that a checkout in a home
    directory works. Without setpriv (part of util-linux) *command* is returned unchanged.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return command
    wrapped = [setpriv, "--pdeathsig", death_signal]
    if os.geteuid() == 0:
        wrapped += [
            f"--reuid={UNPRIVILEGED}",
            f"--regid={UNPRIVILEGED}",
            "--clear-groups",
            "--inh-caps=+dac_override",
            "--ambient-caps=+dac_override",
            "--securebits=+no_setuid_fixup",  # for access(2), too
        ]
    return [*wrapped, "--", *command]
