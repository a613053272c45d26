"""Tabs of one browser that remember what went wrong in them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.integration.console.chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.sync_api import Browser, Page

FOREIGN_NAME = "console.example"
"""A DNS name that the browser resolves to this machine, as in DNS rebinding."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ARGUMENTS = (f"--host-resolver-rules=MAP {FOREIGN_NAME} 127.0.0.1", "--renderer-process-limit=2")


@contextmanager
def browsing() -> Generator[Browser]:
    """Yield a browser; it ends with the block, and so does Playwright's event loop."""
    found = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.program, env=found.variables, args=ARGUMENTS
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Tab:
    """A page of the console at *base*."""

    page: Page
    base: str
    problems: list[str] = field(default_factory=list)
    """Errors in the browser's console, exceptions, and requests to anywhere else."""

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path, wait_until="load")
        return self.page

    def axe(self, *rules: str) -> list[str]:
        """Return the violations of accessibility rules, each with the elements concerned."""
        only: dict[str, Any] = {"type": "tag", "values": RULES}
        if rules:
            only = {"type": "rule", "values": list(rules)}
        found = Axe().run(self.page, options={"runOnly": only, "resultTypes": ["violations"]})
        return [
            f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
            for one in found.response["violations"]
        ]

    def _request(self, request: Any) -> None:
        if not request.url.startswith(f"{self.base}/"):
            self.problems.append(f"request to {request.url}")


@contextmanager
def tab(browser: Browser, base: str, **options: Any) -> Generator[Tab]:
    """Yield a tab in a context of its own, with *options* of Playwright's `new_context`."""
    with browser.new_context(**options) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        made = Tab(page, base)
        page.on("request", made._request)
        page.on("pageerror", lambda error: made.problems.append(f"exception: {error}"))
        page.on(
            "console",
            lambda told: told.type == "error" and made.problems.append(f"console: {told.text}"),
        )
        yield made
