"""Unpacks deployment packages, once per digest."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import shutil
import tempfile
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from localcloud.runtime.functions.invocation import InvokeError

if TYPE_CHECKING:
    from localcloud.layout import Layout
    from localcloud.runtime.functions.definition import Definition

PERMISSIONS_SHIFT = 16
"""Position of the file's mode in the external attributes of a zip entry."""

UNUSED_CODE_SECONDS = 24 * 3600
"""Seconds after which unused code is removed."""


async def unpack_code(layout: Layout, http: aiohttp.ClientSession, definition: Definition) -> Path:
    """Return the folder with the function's code."""
    if definition.overlay is not None:
        return definition.overlay
    digest = base64.b64decode(definition.code_sha256).hex()
    folder = layout.data / "functions" / digest
    if folder.is_dir():
        return folder
    archive = await fetch(http, definition.code_url, digest, f"the code of {definition.name}")
    await asyncio.to_thread(unpack, [archive], folder, f"the code of {definition.name}")
    return folder


async def fetch(http: aiohttp.ClientSession, url: str, digest: str, what: str) -> bytes:
    """Return the archive at *url*, which must have the *digest*."""
    try:
        async with http.get(url) as response:
            response.raise_for_status()
            archive = await response.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        message = f"{what} cannot be read from {url}: {error!r}"
        raise InvokeError(502, "InvalidZipFileException", message) from error
    found = hashlib.sha256(archive).hexdigest()
    if found != digest:
        message = f"{what} has the digest {found}; {digest} was expected"
        raise InvokeError(502, "InvalidZipFileException", message)
    return archive


def unpack(archives: list[bytes], folder: Path, what: str) -> None:
    """Unpack *archives* into a new *folder*, one over the other."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".unpacking-"))
    try:
        for archive in archives:
            with zipfile.ZipFile(io.BytesIO(archive)) as code:
                code.extractall(temporary)
                for entry in code.infolist():
                    if mode := entry.external_attr >> PERMISSIONS_SHIFT & 0o777:
                        (temporary / entry.filename).chmod(mode | 0o600 | (0o100 * entry.is_dir()))
        temporary.chmod(0o755)
        temporary.rename(folder)
    except zipfile.BadZipFile as error:
        message = f"{what}: not a zip archive: {error}"
        raise InvokeError(502, "InvalidZipFileException", message) from error
    except OSError:
        if not folder.is_dir():  # otherwise a concurrent run has created it
            raise
    finally:
        if temporary.exists():
            shutil.rmtree(temporary, ignore_errors=True)


def remove_unused(layout: Layout, digests: set[str]) -> None:
    """Remove code unpacked long ago whose digest is not in *digests* (base64)."""
    folder = layout.data / "functions"
    if not folder.is_dir():
        return
    wanted = {base64.b64decode(digest).hex() for digest in digests}
    oldest = time.time() - UNUSED_CODE_SECONDS
    for entry in folder.iterdir():
        with suppress(FileNotFoundError):  # code that is being unpacked is renamed
            old = entry.stat().st_mtime < oldest
            if old and entry.is_dir() and entry.name not in wanted:
                shutil.rmtree(entry, ignore_errors=True)
