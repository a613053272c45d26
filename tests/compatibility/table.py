"""The calls of a service developer's day, and the table of them in docs/local.md.

`python -m tests.compatibility.table` writes the table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from localcloud.layout import ROOT

CALLS = Path(__file__).parent / "calls"
PAGE = ROOT / "docs" / "local.md"
BEGIN = "<!-- calls: written by `python -m tests.compatibility.table` -->\n"
END = "<!-- /calls -->\n"
_BLOCK = re.compile(f"(?<={re.escape(BEGIN)}).*?(?={re.escape(END)})", re.DOTALL)
KINDS = ("call", "wait", "pages", "boto3", "js", "shell")


@dataclass(frozen=True)
class Call:
    """One call, with the answer of AWS."""

    service: str
    """botocore's name of the service."""
    kind: str
    """`call`, `wait` and `pages` run in every client; `boto3`, `js`, `shell` are code for one."""
    what: str
    """The operation, the waiter, the paginated operation, or the code."""
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    expect: dict[str, Any] = field(default_factory=dict[str, Any])
    """Values by JMESPath expression."""
    error: list[str] = field(default_factory=list[str])
    """Codes that the clients use for the expected error."""
    save: dict[str, str] = field(default_factory=dict[str, str])
    """JMESPath expressions by the name of the variable that later calls use."""
    title: str = ""
    differs: str = ""
    """How the answer differs from that of AWS: the call must fail to be as expected."""
    missing: bool = False
    """Whether the call is answered with 501."""
    clients: tuple[str, ...] = ()
    """The clients that have this call; all if empty."""

    @property
    def name(self) -> str:
        """What the table calls it."""
        return self.title or self.what


def calls(service: str) -> list[Call]:
    """Return the calls of one service, in order."""
    rows = yaml.safe_load((CALLS / f"{service}.yaml").read_text())
    return [_call(service, row) for row in rows]


def services() -> list[str]:
    """Return the services that have calls."""
    return sorted(path.stem for path in CALLS.glob("*.yaml"))


def _call(service: str, row: dict[str, Any]) -> Call:
    row = dict(row)
    kind = next(one for one in KINDS if one in row)
    error = row.pop("error", [])
    return Call(
        row.pop("service", service),
        kind,
        row.pop(kind),
        row.pop("with", {}),
        error=[error] if isinstance(error, str) else error,
        clients=tuple(row.pop("clients", ())),
        **row,
    )


def rendered() -> str:
    """Return the table of all services."""
    lines = ["| service | works | differs from AWS | missing |", "|---|---|---|---|"]
    for service in services():
        found = calls(service)
        works = [one.name for one in found if not one.differs and not one.missing]
        differs = [f"{one.name}: {one.differs}" for one in found if one.differs]
        missing = [one.name for one in found if one.missing]
        cells = (service, *("; ".join(dict.fromkeys(cell)) for cell in (works, differs, missing)))
        lines.append(f"| {' | '.join(cells)} |".replace("  ", " "))
    return "\n".join(lines) + "\n"


def current() -> str:
    """Return the table that the page has."""
    found = _BLOCK.search(PAGE.read_text())
    return found[0] if found else ""


if __name__ == "__main__":
    PAGE.write_text(_BLOCK.sub(lambda _: rendered(), PAGE.read_text()))
