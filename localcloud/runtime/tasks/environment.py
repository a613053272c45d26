"""The environment variables of a container."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.tasks.images import Image

INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ", "USER", "LD_LIBRARY_PATH")


def container_environment(
    declared: Mapping[str, str],
    secrets: Mapping[str, str],
    image: Image,
    cloud: tuple[str, str],
    port: int | None,
) -> dict[str, str]:
    """Return the declared variables, and those with addresses on this machine.

    *cloud* is the endpoint URL and region of the emulated AWS.
    `HOST` and `PORT` take precedence, so that several tasks of a service can run.
    """
    endpoint, region = cloud
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    path = f"{image.python.parent}{os.pathsep}{inherited.get('PATH', os.defpath)}"
    local = {
        "HOST": HOST,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "PATH": path,
    }
    if port is not None:
        local["PORT"] = str(port)
    defaults = {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "PYTHONUNBUFFERED": "1",
    }
    return {**inherited, **defaults, **declared, **secrets, **local}
