"""The machine that an artifact is made for."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

LOCAL = "local"


@dataclass(frozen=True)
class Target:
    """An interpreter and the platform it runs on."""

    python: str
    """As `3.13`, or the path of an interpreter on this machine."""

    platform: str | None = None
    """A platform of wheels, as `aarch64-manylinux_2_34`; absent: this machine's."""

    container: str | None = None
    """A platform of images, as `linux/arm64`; absent: no image, the source runs as it is."""

    @property
    def identity(self) -> str:
        """What artifacts for two targets differ in."""
        if self.platform is None:
            here = (*sys.version_info[:3], sys.platform, platform.machine(), self.python)
            return " ".join(map(str, here))
        return f"{self.python} {self.platform} {self.container}"


LAMBDA_ON_ARM = Target("3.13", "aarch64-manylinux_2_34", "linux/arm64")
"""What accounts run: Graviton, and Amazon Linux 2023 with its glibc 2.34."""


def of_environment(environment: str) -> Target:
    """Return the default target: this machine for `local`, else what accounts run."""
    return Target(sys.executable) if environment == LOCAL else LAMBDA_ON_ARM
