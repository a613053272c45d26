"""The environment variables of a container."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from localcloud.account import REGION
from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.tasks.images import Image

INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ", "USER", "LD_LIBRARY_PATH")

DEFAULTS = {
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONUNBUFFERED": "1",
}


def container_environment(
    declared: Mapping[str, str],
    secrets: Mapping[str, str],
    image: Image,
    cloud: Mapping[str, str],
    port: int | None,
) -> dict[str, str]:
    """Return the declared variables, and those with addresses on this machine.

    *cloud* has the variables of the emulated AWS. Credentials come from the task role only, not
    from the user's files.
    `HOST` and `PORT` take precedence, so that several tasks of a service can run.
    """
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    path = f"{image.python.parent}{os.pathsep}{inherited.get('PATH', os.defpath)}"
    local = {"HOST": HOST, "PATH": path, **cloud}
    if port is not None:
        local["PORT"] = str(port)
    return {**inherited, **DEFAULTS, **declared, **secrets, **local}
