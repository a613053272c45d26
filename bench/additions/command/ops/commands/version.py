"""`bulkhead version`: print the version of Bulkhead."""

from __future__ import annotations

import tomllib

from localcloud.layout import ROOT
from ops.screen import out


def run() -> None:
    """Print the version of Bulkhead."""
    out.print(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])
