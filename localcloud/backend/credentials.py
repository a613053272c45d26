"""The access token of the state service, as the CLI finds it: in its credentials file.

Every file here is readable by the owner only, and the CLI's home is this environment's own. So the
token is in no environment variable.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from localcloud.layout import Layout

ORGANIZATION = "organization"
"""The organization of every stack, as in a file backend, and the name of its only user.

The CLI completes the name `local` with one or the other, depending on the command.
"""

PORT = "state"


def url(layout: Layout) -> str:
    """Return the address of the state service."""
    return f"http://{HOST}:{claim(layout, PORT)}"


def home(layout: Layout) -> Path:
    """Return the home of the CLI: PULUMI_HOME."""
    return layout.pulumi / "home"


def token(layout: Layout) -> str:
    """Return the access token, generated once."""
    path = layout.pulumi / "access-token"
    if not path.exists():
        with private_file(path, secrets.token_urlsafe(32)) as unfinished, suppress(FileExistsError):
            path.hardlink_to(unfinished)  # another process may have been faster
    return path.read_text()


def log_in(layout: Layout, programs: Iterable[str] = ()) -> None:
    """Write the credentials file, so that the CLI does not ask for a token.

    *programs* are the addresses of the states of programs in other folders.
    """
    addresses = [url(layout), *programs]
    account = {
        "accessToken": token(layout),
        "username": ORGANIZATION,
        "organizations": [ORGANIZATION],
        "lastValidatedAt": datetime.now(UTC).isoformat(),
    }
    content = {
        "current": addresses[0],
        "accessTokens": dict.fromkeys(addresses, account["accessToken"]),
        "accounts": dict.fromkeys(addresses, account),
    }
    path = home(layout) / "credentials.json"
    with private_file(path, json.dumps(content)) as unfinished:
        unfinished.replace(path)


@contextmanager
def private_file(path: Path, text: str) -> Generator[Path]:
    """Yield a file beside *path* with *text* that only the owner may read; remove it if left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}-{os.getpid()}-{threading.get_ident()}")
    unfinished.touch(mode=0o600)
    try:
        unfinished.write_text(text)
        yield unfinished
    finally:
        unfinished.unlink(missing_ok=True)
