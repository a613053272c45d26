"""The routes for updates: to start one, to send its journal entries, and to end it."""

from __future__ import annotations

import functools
import gzip
import hmac
import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from flask import Response, g, request

from localcloud.backend.replay import JOURNAL_VERSION, check
from localcloud.backend.requests import (
    RefusedError,
    Route,
    body,
    client,
    content,
    is_compressed,
    required,
    stack_of,
    update_of,
)
from localcloud.backend.stack_routes import STACK
from localcloud.backend.updates import FAILED

if TYPE_CHECKING:
    from localcloud.backend.store import Stack, Store, Update
    from localcloud.backend.updates import Updates

Json = dict[str, Any]

UPDATE = f"{STACK}/update/<update>"
"""Updates of every kind have this path."""

KINDS = ("update", "preview", "refresh", "destroy")
_ENGINE = re.compile(r"\((v[\w.+-]+);")
_SUMMARY = b'"summaryEvent"'


class UpdateRoutes:
    """Answers requests of a running engine."""

    def __init__(self, store: Store, updates: Updates) -> None:
        """Keep updates in *store*; *updates* starts and ends them."""
        self._store, self._updates = store, updates

    def routes(self) -> list[Route]:
        """Return the routes."""
        creations = [
            Route("POST", f"{STACK}/{one}", functools.partial(self.create, kind=one))
            for one in KINDS
        ]
        return [
            *creations,
            Route("POST", UPDATE, self.start),
            Route("GET", UPDATE, self.status),
            Route("POST", f"{UPDATE}/cancel", self.cancel),
            Route("PATCH", f"{UPDATE}/journalentries", self.add_entries, of_update=True),
            Route("PATCH", f"{UPDATE}/checkpoint", self.save_checkpoint, of_update=True),
            Route("POST", f"{UPDATE}/events/batch", self.record_events, of_update=True),
            Route("POST", f"{UPDATE}/renew_lease", self.renew_lease, of_update=True),
            Route("POST", f"{UPDATE}/complete", self.complete, of_update=True),
        ]

    def create(self, project: str, name: str, kind: str) -> Json:
        """Create an update, after ending one whose process is gone."""
        stack = stack_of(self._store, project, name)
        identity = uuid.uuid4().hex
        recovered = self._updates.free_if_abandoned(stack)
        self._store.create_update(stack, identity, kind, body(), recovered)
        messages = [{"severity": "warning", "message": recovered}] if recovered else []
        return {"updateID": identity, "messages": messages}

    def start(self, project: str, name: str, update: str) -> Json:
        """Start an update; the answer has its token."""
        stack = stack_of(self._store, project, name)
        found = update_of(self._store, stack, update)
        asked = body()
        if (tags := asked.get("tags")) is not None:
            self._store.set_tags(stack, tags)
        version, token = self._updates.start(stack, found, client())
        return {
            "version": version,
            "token": token,
            "journalVersion": min(asked.get("journalVersion", 0), JOURNAL_VERSION),
        }

    def status(self, project: str, name: str, update: str) -> Json:
        """Return whether an update has ended; the CLI asks after an import."""
        found = update_of(self._store, stack_of(self._store, project, name), update)
        return {"status": found.result or "running", "events": []}

    def cancel(self, project: str, name: str, update: str) -> Response:
        """End an update: its engine cannot change the state any more."""
        stack = stack_of(self._store, project, name)
        found = update_of(self._store, stack, update)
        if found.ended is not None:
            raise RefusedError(409, f"no update of the stack {name} is running")
        self._store.revoke_token(found)
        self._updates.end(stack, found, FAILED)
        return Response(status=204)

    def add_entries(self, project: str, name: str, update: str) -> Response:
        """Append journal entries; they are saved when this answers."""
        found = self._running(stack_of(self._store, project, name), update)
        raw = request.get_data()
        for entry in required(json.loads(content()), "entries"):
            check(entry)
        self._store.add_entries(found, raw if is_compressed() else gzip.compress(raw, 1))
        return Response(status=204)

    def save_checkpoint(self, project: str, name: str, update: str) -> Response:
        """Replace the state: an engine without a journal sends the whole of it."""
        stack = stack_of(self._store, project, name)
        self._running(stack, update)
        sent = body()
        if not sent.get("isInvalid"):
            state = {key: sent.get(key) for key in ("version", "features", "deployment")}
            self._store.save(stack, {key: value for key, value in state.items() if value})
        return Response(status=204)

    def record_events(self, project: str, name: str, update: str) -> Response:
        """Record how many resources an update changes; the other events are not kept."""
        found = self._running(stack_of(self._store, project, name), update)
        sent = content()
        if _SUMMARY in sent:
            for event in json.loads(sent)["events"]:
                if summary := event.get("summaryEvent"):
                    self._store.set_changes(found, summary["resourceChanges"] or {})
        return Response(status=204)

    def renew_lease(self, project: str, name: str, update: str) -> Json:
        """Return the token again: an update holds the stack as long as its process lives."""
        found = self._running(stack_of(self._store, project, name), update)
        return {"token": found.token}

    def complete(self, project: str, name: str, update: str) -> Response:
        """End an update with the result that the engine reports."""
        stack = stack_of(self._store, project, name)
        found = update_of(self._store, stack, update)
        result = required(body(), "status")
        if found.ended is None or found.result != result:  # else the answer was lost
            engine = _ENGINE.search(request.headers.get("User-Agent", ""))
            running = self._running(stack, update)
            self._updates.end(stack, running, result, engine[1] if engine else "")
        return Response(status=204)

    def _running(self, stack: Stack, update: str) -> Update:
        """Return an update that has been started, whose token the request carries."""
        found = update_of(self._store, stack, update)
        given = g.get("update_token", "")
        if found.token is None or not hmac.compare_digest(found.token.encode(), given.encode()):
            raise RefusedError(
                403, f"this update of the stack {stack.name} was cancelled, or has ended"
            )
        return found
