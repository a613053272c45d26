"""Which metrics the code of a service counts, for a test that compares them with service.yaml."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OUTBOX_AGE = "outbox-age"


def counted(folder: Path) -> set[str]:
    """Return the names that the code in *folder* passes to `metrics.count` as text.

    `outbox-age` is among them if a module uses `kit.outbox`, whose relay measures it.
    """
    found: set[str] = set()
    for file in sorted(folder.rglob("*.py")):
        if "tests" in file.relative_to(folder).parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            found |= _counted(node)
    return found


def _counted(node: ast.AST) -> set[str]:
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name("metrics"), attr="count"),
            args=[ast.Constant(str(name)), *_],
        ):
            return {name}
        case ast.Call(func=ast.Attribute(value=ast.Name("outbox"), attr="main")):
            return {OUTBOX_AGE}
        case _:
            return set()
