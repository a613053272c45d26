"""The task definition of the last completed deployment of each service."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.layout import Layout
    from localcloud.runtime.tasks.service_definition import ServiceDefinition


class CompletedDeployments:
    """Stored on disk, because a rollback may follow a restart."""

    def __init__(self, layout: Layout) -> None:
        """Read the file of *layout*."""
        self._path = layout.data / "ecs-completed.json"
        try:
            self._known: dict[str, str] = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            self._known = {}

    def get(self, service: str) -> str | None:
        """Return the task definition of the service with this ARN."""
        return self._known.get(service)

    def put(self, service: ServiceDefinition, definition: str) -> None:
        """Store *definition*, unless the service is stopped: then no task has run it."""
        if not service.stopped and self._known.get(service.arn) != definition:
            self._known[service.arn] = definition
            self._save()

    def forget(self, service: str) -> None:
        """Remove a deleted service."""
        if self._known.pop(service, None):
            self._save()

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text(json.dumps(self._known, indent=2) + "\n")
        temporary.replace(self._path)
