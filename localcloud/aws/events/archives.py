"""Archives of event buses, whose events are journalled one by one."""

from __future__ import annotations

import json
import uuid
from typing import Any

from moto.core.utils import unix_time
from moto.events.models import Archive, EventPattern, EventsBackend, events_backends
from moto.events.responses import EventsHandler

from localcloud.aws import pickling
from localcloud.aws.journal import JOURNAL

COLLECTION = "events-archive"
DAY = 86_400

_create_archive = EventsHandler.create_archive
_update_archive = EventsHandler.update_archive
_delete_archive = EventsBackend.delete_archive
_describe = Archive.describe


def install() -> None:
    """Replace what moto does with archived events."""
    pickling.REDUCTIONS[Archive] = pickling.without("events")
    archive: Any = Archive
    archive.describe = _with_key
    archive.describe_short = _described
    backend: Any = EventsBackend
    backend.delete_archive = _delete
    handler: Any = EventsHandler
    handler.create_archive = _created
    handler.update_archive = _updated


def add(archive: Any, event: dict[str, Any]) -> None:
    """Keep *event*, unless it is a replayed one."""
    if "replay-name" in event:
        return
    _trim(archive)
    key = f"{unix_time():017.6f} {uuid.uuid4().hex[:8]}"
    events(archive)[key] = event
    JOURNAL.put(_collection(archive), key, json.dumps(event).encode())


def put_back(collection: str, key: str, value: bytes) -> None:
    """Restore an event; they come in the order in which they were archived."""
    _, account, region, name = collection.split(" ", 3)
    archive: Any = events_backends[account][region].archives.get(name)
    if archive is not None:
        events(archive)[key] = json.loads(value)


def events(archive: Any) -> dict[str, dict[str, Any]]:
    """Return the events of *archive* by the time at which each was archived."""
    found = archive.__dict__.get("events")
    if not isinstance(found, dict):
        found = archive.__dict__["events"] = {}
    return found


def _trim(archive: Any) -> None:
    days = int(archive.retention or 0)
    oldest = unix_time() - days * DAY
    kept = events(archive)
    while days and kept and float(next(iter(kept)).split()[0]) < oldest:
        key = next(iter(kept))
        del kept[key]
        JOURNAL.delete(_collection(archive), key)


def _collection(archive: Any) -> str:
    _, _, _, region, account, _ = archive.arn.split(":", 5)
    return f"{COLLECTION} {account} {region} {archive.name}"


def _described(self: Any) -> dict[str, Any]:
    _trim(self)
    kept = events(self)
    return {
        "ArchiveName": self.name,
        "EventSourceArn": self.source_arn,
        "State": self.state,
        "RetentionDays": int(self.retention or 0),
        "SizeBytes": sum(len(json.dumps(event)) for event in kept.values()),
        "EventCount": len(kept),
        "CreationTime": self.creation_time,
    }


def _with_key(self: Any) -> dict[str, Any]:
    key = self.__dict__.get("kms_key")
    found = {**_describe(self), **({"KmsKeyIdentifier": key} if key else {})}
    return {name: value for name, value in found.items() if value not in (None, "")}


def _created(self: Any) -> Any:
    answer = _create_archive(self)
    _keep_key(self)
    return answer


def _updated(self: Any) -> Any:
    """Update the archive with its pattern, which moto does not use after the creation."""
    answer = _update_archive(self)
    archive = _keep_key(self)
    for name, parameter in (("description", "Description"), ("retention", "RetentionDays")):
        if (value := self._get_param(parameter)) is not None:
            setattr(archive, name, value)
    written = self._get_param("EventPattern")
    if written is None:
        return answer
    archive.event_pattern = EventPattern.load(written or None)
    pattern = json.loads(written or "{}")
    self.events_backend.put_rule(
        archive.rule.name,
        event_pattern=json.dumps({**pattern, "replay-name": [{"exists": False}]}),
        event_bus_arn=archive.event_bus_name,
        managed_by=archive.rule.managed_by,
    )
    return answer


def _keep_key(self: Any) -> Any:
    archive = self.events_backend.archives[self._get_param("ArchiveName")]
    archive.kms_key = self._get_param("KmsKeyIdentifier") or ""
    return archive


def _delete(self: Any, name: str) -> None:
    archive = self.archives.get(name)
    if archive is not None:
        JOURNAL.clear(_collection(archive))
    _delete_archive(self, name)
