"""The routes for the account and its stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from localcloud.backend.credentials import ORGANIZATION
from localcloud.backend.document import EMPTY, FEATURES_VERSION
from localcloud.backend.requests import RefusedError, Route, body, client, required, stack_of

if TYPE_CHECKING:
    from localcloud.backend.store import Stack, Store, Update
    from localcloud.backend.updates import Updates

Json = dict[str, Any]

PROJECT = f"/api/stacks/{ORGANIZATION}/<project>"
STACK = f"{PROJECT}/<name>"
HAS_RESOURCES = "Bad Request: Stack still contains resources."
"""The CLI compares this text, and then suggests `--force`."""


class StackRoutes:
    """Answers requests for stacks: to list, create, delete, export and import them."""

    def __init__(self, store: Store, updates: Updates) -> None:
        """Keep stacks in *store*, and change their states as *updates*."""
        self._store, self._updates = store, updates

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("GET", "/api/capabilities", capabilities),
            Route("GET", "/api/user", user),
            Route("GET", "/api/user/organizations/default", default_organization),
            Route("GET", "/api/user/stacks", self.list_stacks),
            Route("HEAD", PROJECT, self.has_project),
            Route("POST", PROJECT, self.create),
            Route("GET", STACK, self.get),
            Route("DELETE", STACK, self.delete),
            Route("PATCH", f"{STACK}/tags", self.set_tags),
            Route("GET", f"{STACK}/export", self.export_state),
            Route("POST", f"{STACK}/import", self.import_state),
            Route("GET", f"{STACK}/updates", self.history),
        ]

    def list_stacks(self) -> Json:
        """List the stacks, of one project if one is named."""
        wanted = request.args.get("project")
        found = [one for one in self._store.stacks() if wanted in (None, one.project)]
        return {"stacks": [self._summary(one) for one in found]}

    def has_project(self, project: str) -> Response:
        """Answer 200 if a stack of the project exists."""
        known = any(one.project == project for one in self._store.stacks())
        return Response(status=200 if known else 404)

    def create(self, project: str) -> Json:
        """Create a stack."""
        asked = body()
        name = required(asked, "stackName")
        if self._store.stack(project, name) is not None:
            raise RefusedError(409, f"the stack {name} of the project {project} exists already")
        state = asked.get("state") or EMPTY
        self._store.create_stack(project, name, asked.get("tags") or {}, state)
        return {}

    def get(self, project: str, name: str) -> Json:
        """Describe a stack, and its running or last update, which `pulumi cancel` names."""
        store, stack = self._readable(project, name)
        active = store.active(stack)
        last = active or next(iter(store.history(stack)), None)
        described = _identity(stack) | {
            "activeUpdate": last.id if last else "",
            "tags": stack.tags,
            "version": stack.version,
        }
        if active:
            started = int(active.started or 0)
            operation = {"kind": active.kind, "author": ORGANIZATION, "started": started}
            described["currentOperation"] = operation
        return described

    def delete(self, project: str, name: str) -> Response:
        """Delete a stack; with resources only if forced."""
        stack = stack_of(self._store, project, name)
        self._updates.free(stack)
        resources = (self._store.saved(stack).get("deployment") or {}).get("resources")
        if resources and request.args.get("force") != "true":
            raise RefusedError(400, HAS_RESOURCES)
        self._store.delete_stack(stack)
        return Response(status=204)

    def set_tags(self, project: str, name: str) -> Response:
        """Replace the tags of a stack."""
        self._store.set_tags(stack_of(self._store, project, name), body())
        return Response(status=204)

    def export_state(self, project: str, name: str) -> Json:
        """Return the state of a stack."""
        store, stack = self._readable(project, name)
        return store.current(stack)

    def import_state(self, project: str, name: str) -> Json:
        """Replace the state of a stack."""
        state = body()
        if not isinstance(state.get("deployment"), dict):
            raise RefusedError(400, "the body has no `deployment`: expected an exported state")
        stack = stack_of(self._store, project, name)
        return {"updateId": self._updates.replace_state(stack, state, client())}

    def history(self, project: str, name: str) -> Json:
        """List the updates of a stack that have ended, the last one first."""
        found = self._store.history(stack_of(self._store, project, name))
        size = request.args.get("pageSize", type=int) or len(found)
        first = size * (max(request.args.get("page", 1, type=int), 1) - 1)
        return {"updates": [_ended(one) for one in found[first : first + size]]}

    def _readable(self, project: str, name: str) -> tuple[Store, Stack]:
        """Return a stack and its store; of another program, it is what a StackReference reads."""
        own = self._store.stack(project, name)
        found = [(self._store, own)] if own else []
        if not found:
            named = ((store, store.stack(project, name)) for store in self._updates.others())
            found = [(store, stack) for store, stack in named if stack]
        if len(found) > 1:
            raise RefusedError(
                409, f"{len(found)} folders have a stack {name} of the project {project}"
            )
        return found[0] if found else (self._store, stack_of(self._store, project, name))

    def _summary(self, stack: Stack) -> Json:
        resources = (self._store.current(stack).get("deployment") or {}).get("resources") or ()
        last = next(iter(self._store.history(stack)), None)
        updated = {"lastUpdate": int(last.started or 0)} if last else {}
        return _identity(stack) | {"resourceCount": len(resources)} | updated


def capabilities() -> Json:
    """Return what this backend can do beyond the basics."""
    schema = {
        "capability": "deployment-schema-version",
        "version": 1,
        "configuration": {"version": FEATURES_VERSION},
    }
    return {"capabilities": [schema]}


def user() -> Json:
    """Return the only user."""
    organization = {"githubLogin": ORGANIZATION, "name": ORGANIZATION}
    return {"id": ORGANIZATION, **organization, "organizations": [organization]}


def default_organization() -> Json:
    """Return the only organization."""
    return {"gitHubLogin": ORGANIZATION}


def _identity(stack: Stack) -> Json:
    return {
        "id": str(stack.key),
        "orgName": ORGANIZATION,
        "projectName": stack.project,
        "stackName": stack.name,
    }


def _ended(update: Update) -> Json:
    metadata = update.program.get("metadata") or {}
    return {
        "kind": update.kind,
        "startTime": int(update.started or 0),
        "endTime": int(update.ended or 0),
        "message": metadata.get("message", ""),
        "environment": metadata.get("environment") or {},
        "config": update.program.get("config") or {},
        "result": update.result,
        "version": update.version,
        "resourceChanges": update.changes,
    }
