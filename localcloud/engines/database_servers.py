"""Database servers whose engine creates the master user from the settings of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud import stopped
from localcloud.engines.engine import ServerError
from localcloud.engines.servers import Servers, is_stopped

if TYPE_CHECKING:
    from localcloud.engines.servers import Endpoint
    from localcloud.engines.statistics import Statistics
    from localcloud.layout import Layout


class DatabaseServers:
    """The servers of one engine; where the engine is missing they have a state and a port only."""

    def __init__(self, layout: Layout, engine: str, *, start_here: bool = False) -> None:
        """Manage the servers of *layout*; with *start_here* this process runs them."""
        self._layout = layout
        self._engine = engine
        self._servers = Servers(layout, start_here=start_here)

    def create(
        self,
        identifier: str,
        *,
        master_username: str,
        master_password: str,
        database_name: str,
        service: str = "",
    ) -> Endpoint:
        """Create the server *identifier* and wait until it accepts connections; idempotent.

        Raises ServerError.
        """
        settings = {
            "master_username": master_username,
            "master_password": master_password,
            "database_name": database_name,
        }
        return self._servers.create(self._engine, identifier, settings, service=service)

    def set_master_password(self, identifier: str, password: str) -> None:
        """Set the password of the master user of *identifier*. Raises ServerError."""
        server = self._servers.get(self._engine, identifier)
        if is_stopped(stopped.read(self._layout), server):
            raise ServerError(
                f"the {self._engine} server '{identifier}' does not run: its service is stopped on"
                " this machine. Start it with: bulkhead up"
            )
        settings = {**server.settings, "master_password": password}
        self._servers.create(self._engine, identifier, settings, service=server.service)

    def statistics(self, identifier: str) -> Statistics:
        """Return what *identifier* reports about itself. Raises ServerError."""
        return self._servers.statistics(self._engine, identifier)

    def delete(self, identifier: str) -> None:
        """Delete the server *identifier* and its data, if it exists."""
        self._servers.delete(self._engine, identifier)

    def stop(self) -> None:
        """Stop the servers that this process has started."""
        self._servers.stop()
