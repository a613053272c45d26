"""Greets people."""

from __future__ import annotations

from typing import Any

from kit.powertools import HttpApiResolver

app = HttpApiResolver()


@app.get("/counted-examples/<name>")
def greet(name: str) -> dict[str, str]:
    """Greet somebody."""
    return {"message": f"Hello {name}"}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return app.resolve(event, context)
