"""The delivery service, in this process."""

import datetime as dt
import json
from pathlib import Path

import pytest
from kit.testing import asgi, callers

SERVICES = Path(__file__).resolve().parents[2]
SATURDAY = "2026-11-28"


@pytest.fixture
def ask(import_fresh, monkeypatch):
    """Send a request with some headers; return status and body."""
    app = import_fresh("delivery.app", SERVICES / "delivery", SERVICES)
    for name, value in callers.variables("orders", "catalog").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ROUTE_ROLES", json.dumps({"GET /estimates": "service"}))
    guard = app.create()

    async def send(path, **headers):
        status, body, _ = await asgi.call(guard, "GET", path, headers=headers)
        return status, body

    return send


@pytest.mark.parametrize(
    ("quantity", "arrives_on"), [(1, "2026-12-01"), (20, "2026-12-01"), (21, "2026-12-02")]
)
async def test_a_service_gets_an_estimate(ask, quantity, arrives_on):
    path = f"/estimates?quantity={quantity}&ordered_on={SATURDAY}"

    assert await ask(path, **callers.headers("orders")) == (200, {"arrives_on": arrives_on})


async def test_by_default_the_order_is_of_today(ask):
    _, body = await ask("/estimates?quantity=1", **callers.headers("catalog"))

    today = dt.datetime.now(dt.UTC).date()
    assert dt.date.fromisoformat(body["arrives_on"]) - today >= dt.timedelta(days=2)


@pytest.mark.parametrize("query", ["", "?quantity=0", "?quantity=1&ordered_on=never"])
async def test_an_unusable_question_is_refused(ask, query):
    assert (await ask(f"/estimates{query}", **callers.headers("orders")))[0] == 422


async def test_nobody_else_gets_one(ask):
    user = f"Bearer {callers.user_token('customer')}"

    answers = [
        await ask("/estimates?quantity=1"),
        await ask("/estimates?quantity=1", authorization=user),
        await ask("/estimates?quantity=1", **callers.headers("strangers")),
    ]

    assert [status for status, _ in answers] == [401, 401, 403]


async def test_the_health_check_needs_no_token(ask):
    assert await ask("/health") == (200, {"status": "ok"})
