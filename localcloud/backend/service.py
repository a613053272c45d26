"""The HTTP API that the Pulumi CLI uses of a state backend, as far as a local stack needs it.

Paths, bodies and status codes are those of the client in the CLI (`pkg/backend/httpstate/client`).
What Pulumi Cloud offers beyond state (deployments, policy groups, secrets, teams) is refused by
name.
"""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any

from flask import Flask, g, request

from localcloud.backend.replay import JournalError
from localcloud.backend.requests import RefusedError
from localcloud.backend.secret_routes import NoSecretRoutes, SecretRoutes
from localcloud.backend.stack_routes import StackRoutes
from localcloud.backend.update_routes import UpdateRoutes
from localcloud.backend.updates import ConflictError
from localcloud.origin_check import rejection_reason

if TYPE_CHECKING:
    from collections.abc import Collection

    from localcloud.backend.encryption import Encryption
    from localcloud.backend.store import Store
    from localcloud.backend.updates import Updates

Json = dict[str, Any]


def application(
    store: Store, updates: Updates, token: str, encryption: Encryption | None = None
) -> Flask:
    """Return the WSGI application; a request has to carry *token*, or that of its update.

    Without *encryption* the secrets of the state are encrypted by the CLI, with a passphrase.
    """
    app = Flask(__name__)
    routes = [
        *StackRoutes(store, updates).routes(),
        *UpdateRoutes(store, updates).routes(),
        *(SecretRoutes(store, encryption) if encryption else NoSecretRoutes()).routes(),
    ]
    for route in routes:
        app.add_url_rule(route.path, route.endpoint, route.answer, methods=[route.method])
    of_updates = {route.endpoint for route in routes if route.of_update}
    app.before_request(lambda: _authenticate(token, of_updates))
    app.register_error_handler(RefusedError, lambda error: _error(error.code, str(error)))
    app.register_error_handler(ConflictError, lambda error: _error(409, str(error)))
    app.register_error_handler(JournalError, lambda error: _error(400, str(error)))
    app.register_error_handler(
        json.JSONDecodeError, lambda error: _error(400, f"the body is not JSON: {error}")
    )
    for code in (404, 405):
        app.register_error_handler(code, lambda _: _error(404, _unknown_path()))
    return app


def _authenticate(token: str, of_updates: Collection[str]) -> None:
    headers = request.headers
    reason = rejection_reason(
        headers.get("Host"), headers.get("Origin"), headers.get("Sec-Fetch-Site")
    )
    if reason:
        raise RefusedError(403, reason)
    kind, _, given = headers.get("Authorization", "").partition(" ")
    if kind == "update-token" and request.endpoint in of_updates:
        g.update_token = given
    elif not hmac.compare_digest(given.encode(), token.encode()):
        raise RefusedError(401, "the access token is not that of this local environment")


def _error(code: int, message: str) -> tuple[Json, int]:
    return {"code": code, "message": message}, code


def _unknown_path() -> str:
    return f"the local state service does not serve {request.method} {request.path}"
