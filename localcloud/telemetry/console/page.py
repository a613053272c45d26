"""What each page declares about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from localcloud.telemetry.console.data import Request, Sources

Data = dict[str, Any]
"""JSON data: the whole content of a page, which its template lays out."""


@dataclass(frozen=True)
class Page:
    """A page: `load` returns its data, the template *name* lays them out."""

    name: str
    path: str
    title: str
    load: Callable[[Sources, Request], Awaitable[Data]]
    in_menu: bool = True

    @property
    def json_path(self) -> str:
        """Path of the page's data."""
        return "/index.json" if self.path == "/" else f"{self.path}.json"


@dataclass(frozen=True)
class Action:
    """A write: `run` returns the path of the page to show next and a sentence about the result."""

    path: str
    run: Callable[[Sources, Request, Mapping[str, str]], Awaitable[tuple[str, str]]]
