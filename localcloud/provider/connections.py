"""The connections of engines and their configuration.

Every provider instance of a program (the default one, each explicit one) has its own connection,
region and default tags, though all of them talk to the same server.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from localcloud.account import ACCOUNT, REGION
from localcloud.provider import installations
from localcloud.provider.values import Secret, has_secret, unwrap_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localcloud.engine.programs import Program
    from localcloud.provider.cloud import Cloud
    from localcloud.provider.installations import Installation
    from localcloud.provider.settings import ProviderSettings

LOG_SECONDS = 5
KEPT = 200
"""Cancelled connections that are kept; an engine may still finish a call on one."""


@dataclass
class Connection:
    """One provider instance of one engine."""

    cloud: Cloud
    settings: ProviderSettings

    configured: bool = False
    """Whether Configure was called."""
    region: str = REGION
    account: str = ACCOUNT
    """The local account; in plan mode the first of `allowedAccountIds`."""
    default_tags: Any = field(default_factory=dict)
    """A map, or a secret map."""
    ignored_tags: frozenset[str] = frozenset()
    ignored_prefixes: tuple[str, ...] = ()
    cancelled: threading.Event = field(default_factory=threading.Event)
    channel: grpc.Channel | None = None
    engine_address: str = ""
    _program: Program | None = None
    _sdk: Installation | None = None

    @property
    def program(self) -> Program | None:
        """The program that the engine runs, if it is known."""
        if self._program is None:
            self._program = self.settings.program(self.engine_address)
        return self._program

    @property
    def sdk(self) -> Installation:
        """The pulumi_aws that declares the resources of the program."""
        if self._sdk is None and self.program is not None:
            self._sdk = installations.of_environment(self.program.environment)
        return self._sdk or installations.own()

    @property
    def directory(self) -> Path | None:
        """The folder that relative paths start from, if it is known."""
        return self.settings.directory(self.program)

    def attach(self, address: str) -> None:
        """Connect to the engine's log service."""
        if address and self.channel is None:
            self.engine_address = address
            self.channel = grpc.insecure_channel(address)

    def configure(self, arguments: Mapping[str, Any]) -> None:
        """Read the provider's inputs; nested ones are JSON strings."""
        self.configured = True
        self.region = unwrap_secrets(arguments.get("region")) or REGION
        allowed = unwrap_secrets(parse_nested(arguments.get("allowedAccountIds"))) or [ACCOUNT]
        self.account = ACCOUNT if ACCOUNT in allowed else str(allowed[0])
        defaults = parse_nested(arguments.get("defaultTags")) or {}
        found = unwrap_secrets(defaults).get("tags") or {}
        self.default_tags = Secret(found) if has_secret(arguments.get("defaultTags")) else found
        ignored = unwrap_secrets(parse_nested(arguments.get("ignoreTags"))) or {}
        self.ignored_tags = frozenset(ignored.get("keys") or ())
        self.ignored_prefixes = tuple(ignored.get("keyPrefixes") or ())

    def without_ignored(self, tags: Any) -> Any:
        """Return *tags* without those in the provider's `ignoreTags`."""
        if isinstance(tags, Secret):
            return Secret(self.without_ignored(tags.value))
        if not isinstance(tags, dict) or not (self.ignored_tags or self.ignored_prefixes):
            return tags
        return {
            key: value
            for key, value in tags.items()
            if key not in self.ignored_tags and not key.startswith(self.ignored_prefixes or "\0")
        }

    def log(self, urn: str, text: str, *, lasting: bool = True) -> None:
        """Show a line under the resource *urn* in the engine's display."""
        if self.channel is None or self.cancelled.is_set():
            return
        line = engine_pb2.LogRequest(
            severity=engine_pb2.INFO, message=text, urn=urn, ephemeral=not lasting
        )
        try:
            engine_pb2_grpc.EngineStub(self.channel).Log(line, timeout=LOG_SECONDS)
        except (grpc.RpcError, ValueError):
            self.channel = None  # the engine has ended; its operations still finish

    def cancel(self) -> None:
        """Cancel the operations of this connection."""
        self.cancelled.set()
        if self.channel is not None:
            self.channel.close()


def parse_nested(value: Any) -> Any:
    """Parse a nested provider input, which the SDK sends as a JSON string."""
    if isinstance(value, Secret):
        return Secret(parse_nested(value.value)) if value.value is not None else None
    if not isinstance(value, str) or not value:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


class Connections:
    """The connections of one server, by peer address."""

    def __init__(self, cloud: Cloud, settings: ProviderSettings) -> None:
        """Start without connections; all use *cloud* and *settings*."""
        self._cloud = cloud
        self._settings = settings
        self._lock = threading.Lock()
        self._by_peer: dict[str, Connection] = {}

    def open(self, peer: str) -> Connection:
        """Start a new connection for *peer*, replacing one with the same address."""
        with self._lock:
            self._by_peer[peer] = connection = Connection(self._cloud, self._settings)
            ended = [key for key, other in self._by_peer.items() if other.cancelled.is_set()]
            for key in ended[:-KEPT]:
                self._by_peer.pop(key)
            return connection

    def of(self, peer: str) -> Connection:
        """Return the connection of *peer*; start one if there is none."""
        with self._lock:
            return self._by_peer.setdefault(peer, Connection(self._cloud, self._settings))
