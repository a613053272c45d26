"""Engines that cannot be installed: a service with such a store is off in the local cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.engines.engine import Engine, Server, ServerError

if TYPE_CHECKING:
    from pathlib import Path


def _find() -> Path | None:
    return None


def _refuse(_program: Path, server: Server) -> None:
    raise ServerError(f"no {server.engine} server can be installed on this machine")


def _command(program: Path, server: Server) -> list[str]:
    _refuse(program, server)
    return []


def _engine(name: str) -> Engine:
    return Engine(
        name=name,
        license="commercial",
        serves=name,
        how_to_get="no such engine can be installed, deploy to an account",
        find=_find,
        version=lambda _program: "",
        prepare=_refuse,
        command=_command,
        process="database",
    )


UNAVAILABLE = tuple(_engine(name) for name in ("sqlserver", "oracle", "db2"))
