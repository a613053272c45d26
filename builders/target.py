"""The platform that an artifact is built for."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

LOCAL = "local"


@dataclass(frozen=True)
class Target:
    """Python interpreter and platform of an artifact."""

    python: str
    """Python version such as `3.13`, or the path of an interpreter on this machine."""

    platform: str | None = None
    """Platform of wheels, such as `aarch64-manylinux_2_34`; default: this machine's."""

    container: str | None = None
    """Platform of images, such as `linux/arm64`; default: a copy of the source, no image."""

    @property
    def identity(self) -> str:
        """Text that identifies the target in the digest of an artifact."""
        if self.platform is None:
            here = (*sys.version_info[:3], sys.platform, platform.machine(), self.python)
            return " ".join(map(str, here))
        return f"{self.python} {self.platform} {self.container}"


LAMBDA_ON_ARM = Target("3.13", "aarch64-manylinux_2_34", "linux/arm64")
"""Target of AWS accounts: Graviton, and Amazon Linux 2023 with glibc 2.34."""


def of_environment(environment: str) -> Target:
    """Return the default target: this machine for `local`, else that of AWS accounts."""
    return Target(sys.executable) if environment == LOCAL else LAMBDA_ON_ARM
