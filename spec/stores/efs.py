"""A file system on EFS."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from spec.model import StoreSpec

MOUNT_PATH = r"^/mnt/[A-Za-z0-9_.-]*[A-Za-z0-9_-][A-Za-z0-9_.-]*$"  # Lambda mounts nowhere else


class EfsStore(StoreSpec):
    """A file system used by this service only, mounted into its containers or its function."""

    KIND = "efs"
    VARIABLES = ("PATH",)
    IN_NETWORK = True

    kind: Literal["efs"]
    """File system on EFS."""

    path: str | None = Field(default=None, max_length=160, pattern=MOUNT_PATH)
    """Where it is mounted, as `/mnt/reports`; default: `/mnt/<store>`."""

    def mount_path(self, name: str) -> str:
        """Return the path of the file system."""
        return self.path or f"/mnt/{name}"
