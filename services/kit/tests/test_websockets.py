"""The guard of WebSockets: they are refused before they are accepted."""

import json

import pytest
from kit.asgi import Guard

ROLES = {"GET /feed/{id}": "clerk", "GET /news": "public"}


@pytest.fixture
def connect():
    """Open a WebSocket; return the messages that the server receives."""

    async def application(_scope, receive, send):
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})

    guard = Guard(application, ROLES, open_paths=frozenset({"/health"}))

    async def opened(path, *, token="", extensions=()):
        sent = []

        async def receive():
            return {"type": "websocket.connect"}

        async def send(message):
            sent.append(message)

        headers = [(b"x-correlation-id", b"abc")]
        headers += [(b"authorization", f"Bearer {token}".encode())] if token else []
        scope = {"type": "websocket", "path": path, "headers": headers}
        await guard({**scope, "extensions": {name: {} for name in extensions}}, receive, send)
        return sent

    opened.guard = guard
    return opened


@pytest.mark.parametrize(
    ("path", "roles", "status"),
    [
        ("/feed/1", ("clerk",), 101),
        ("/feed/1", ("customer",), 403),
        ("/feed/1", (), 401),
        ("/feed/1/more", ("clerk",), 403),
        ("/news", (), 101),
        ("/health", (), 101),
    ],
)
async def test_a_websocket_needs_the_role_of_its_route(connect, token, path, roles, status):
    sent = {"token": token(*roles)} if roles else {}

    plain = await connect(path, **sent)
    with_response = await connect(path, extensions=["websocket.http.response"], **sent)

    if status == 101:
        assert [one["type"] for one in plain] == ["websocket.accept"]
        assert path == "/health" or plain[0]["headers"] == [(b"x-correlation-id", b"abc")]
    else:
        assert [(one["type"], one["code"]) for one in plain] == [("websocket.close", 1008)]
        start, body = with_response
        assert (start["type"], start["status"]) == ("websocket.http.response.start", status)
        assert json.loads(body["body"])["message"]


async def test_an_unknown_scope_is_not_passed_on(connect):
    with pytest.raises(ValueError, match="the ASGI scope 'webtransport' is not supported"):
        await connect.guard({"type": "webtransport"}, None, None)
