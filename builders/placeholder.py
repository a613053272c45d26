"""What stands for an artifact that cannot be built."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING, Any

from builders.toolchains import MissingToolchainError, OnMissing

if TYPE_CHECKING:
    from pathlib import Path

    from builders.progress import Progress
    from builders.source import Source
    from builders.target import Target

MARKS = {OnMissing.PREVIEW: "preview", OnMissing.OFF: "off"}


def mark(source: Source, on_missing: OnMissing, progress: Progress) -> dict[str, str]:
    """Return how a placeholder of *source* is marked; raises MissingToolchainError."""
    toolchain = source.toolchain
    if on_missing is OnMissing.FAIL:
        raise MissingToolchainError(
            f"{source.folder} cannot be built: {toolchain.name} is not installed. To build it,"
            f" {toolchain.how_to_get}"
        )
    progress(f"{source.name} is not built: it {toolchain.need}")
    return {"source": MARKS[on_missing], "needs": toolchain.need}


def archive(source: Source, target: Target, folder: Path) -> dict[str, Any]:
    """Return an archive that changes when that of *source* would, so that previews show it."""
    file = folder / f"placeholder-{source.digest(target)}.zip"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(file, "w") as empty:
            empty.comment = source.digest(target).encode()
    return {"archive": str(file), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
