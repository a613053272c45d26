"""A trace as a waterfall: a bar for each span, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, ROW, BAR = 900, 22, 14
LABEL = 300
INDENT = 12
MAX_DEPTH = 12
MAX_LABEL = 44
TICKS = 4


def tree(spans: Sequence[Any]) -> list[tuple[int, Any]]:
    """Return depth and span of each of *spans*, parents before children, by time.

    A span whose parent is missing is a root. So is one of a circle of parents.
    """
    known = {one.span_id: one for one in spans}
    children: dict[str, list[Any]] = {}
    roots: list[Any] = []
    for one in sorted(spans, key=lambda one: (one.start, one.span_id)):
        if one.parent_id in known and one.parent_id != one.span_id:
            children.setdefault(one.parent_id, []).append(one)
        else:
            roots.append(one)
    found: list[tuple[int, Any]] = []
    seen: set[str] = set()
    waiting = [(0, one) for one in reversed(roots)]
    left = iter(sorted(spans, key=lambda one: one.start))
    while True:
        while waiting:
            depth, one = waiting.pop()
            if one.span_id in seen:
                continue
            seen.add(one.span_id)
            found.append((depth, one))
            waiting += [(depth + 1, child) for child in reversed(children.get(one.span_id, []))]
        circle = next((one for one in left if one.span_id not in seen), None)
        if circle is None:
            return found
        waiting.append((0, circle))


def svg(rows: Sequence[Mapping[str, Any]], duration_ms: float) -> Markup:
    """Return the waterfall of *rows*: `label`, `depth`, `offset_ms`, `duration_ms`, `error`."""
    height = (len(rows) + 1) * ROW + 4
    total = max(duration_ms, 0.001)
    drawn = [_tick(step, total, height) for step in range(TICKS + 1)]
    drawn += [_row(index + 1, row, total) for index, row in enumerate(rows)]
    return Markup(
        '<svg class="waterfall" viewBox="0 0 {w} {h}" role="img"'
        ' aria-label="Waterfall of the spans; the table below has the same content">{body}</svg>'
    ).format(w=WIDTH, h=height, body=Markup().join(drawn))


def _x(offset_ms: float, total: float) -> float:
    share = min(max(offset_ms / total, 0.0), 1.0)
    return round(LABEL + share * (WIDTH - LABEL - 8), 1)


def _tick(step: int, total: float, height: int) -> Markup:
    at = total * step / TICKS
    anchor = "end" if step == TICKS else "start"
    return Markup(
        '<path class="grid" d="M{x} 18V{h}"/>'
        '<text class="tick" x="{x}" y="12" text-anchor="{a}">{t:.4g} ms</text>'
    ).format(x=_x(at, total), h=height, a=anchor, t=at)


def _row(index: int, row: Mapping[str, Any], total: float) -> Markup:
    y = index * ROW
    start = _x(row["offset_ms"], total)
    end = _x(row["offset_ms"] + row["duration_ms"], total)
    label = str(row["label"])
    short = label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1]}…"
    mark = "! " if row["error"] else ""
    return Markup(
        '<g class="{kind}"><title>{label}: {ms:.4g} ms{error}</title>'
        '<text x="{lx}" y="{ty}">{mark}{short}</text>'
        '<rect x="{x}" y="{by}" width="{w}" height="{bar}"/></g>'
    ).format(
        kind="span span-error" if row["error"] else "span",
        label=label,
        ms=row["duration_ms"],
        error=f", {row['error']}" if row["error"] else "",
        lx=4 + min(row["depth"], MAX_DEPTH) * INDENT,
        ty=y + BAR - 2,
        mark=mark,
        short=short,
        x=start,
        by=y,
        w=max(round(end - start, 1), 1.5),
        bar=BAR,
    )
