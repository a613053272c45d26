"""Bars, pies, gauges and sparklines as SVG, of the latest value of each line of a widget.

As in `charts`, what a shape means is said by numbers and texts too: each slice and bar carries the
number of its entry in the legend.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from localcloud.telemetry.console.charts import STYLES, nice_ceiling, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Slice = tuple[str, float]
    """Label and value."""

WIDTH, BAR_HEIGHT, BAR_GAP, LEFT, RIGHT = 640, 18, 8, 28, 70
PIE_SIZE, PIE_RADIUS, PIE_LABEL = 200, 92, 0.66
GAUGE_WIDTH, GAUGE_HEIGHT, GAUGE_RADIUS, GAUGE_RING = 240, 140, 100, 22
SPARK_WIDTH, SPARK_HEIGHT = 120, 28
HALF = 0.5
LARGEST = sys.float_info.max
MIN_LABELLED = 0.04
"""Share of a pie below which a slice has no room for its number."""


@dataclass(frozen=True)
class Gauge:
    """A value on a scale."""

    title: str
    value: float
    low: float
    high: float
    thresholds: Sequence[tuple[str, float]] = field(default=())


def bars(title: str, entries: Sequence[Slice]) -> Markup:
    """Return a horizontal bar for each of *entries*."""
    values = [value for _, value in entries if math.isfinite(value)]
    top, low = max([*values, 0.0]), min([*values, 0.0])
    high = min(nice_ceiling(top), LARGEST) if top > 0 else 0.0
    bottom = max(-nice_ceiling(-low), -LARGEST) if low < 0 else 0.0
    half = (high / 2 - bottom / 2) or 1.0  # the distance of huge values is not finite
    room = WIDTH - LEFT - RIGHT

    def x(value: float) -> float:
        return round(LEFT + (value / 2 - bottom / 2) / half * room, 1)

    def each() -> Iterator[Markup]:
        for index, (_, value) in enumerate(entries):
            y = BAR_GAP + index * (BAR_HEIGHT + BAR_GAP)
            base = y + BAR_HEIGHT - 5
            yield _text("tick", LEFT - 8, base, str(index + 1), "end")
            if not math.isfinite(value):
                continue
            start, end = sorted((x(0.0), x(value)))
            yield Markup(
                '<rect class="shape-{style}" x="{x}" y="{y}" width="{w}" height="{h}"/>'
            ).format(
                style=index % STYLES, x=start, y=y, w=max(round(end - start, 1), 1.0), h=BAR_HEIGHT
            )
            yield _text("value", end + 6, base, short(value), "start")

    height = BAR_GAP + len(entries) * (BAR_HEIGHT + BAR_GAP)
    zero = Markup('<path class="grid" d="M{x} 0V{h}"/>').format(x=x(0.0), h=height)
    return _svg("chart", WIDTH, max(height, 1), title, [zero, *each()])


def shares(entries: Sequence[Slice]) -> list[float]:
    """Return the share of each of *entries* in their sum; 0 of what is not above zero."""
    values = [value if math.isfinite(value) and value > 0 else 0.0 for _, value in entries]
    largest = max(values, default=0.0)
    if not largest:
        return values
    scaled = [value / largest for value in values]  # the sum of huge values is not finite
    return [one / sum(scaled) for one in scaled]


def pie(title: str, entries: Sequence[Slice]) -> Markup:
    """Return a slice for each of *entries* that is above zero."""
    middle = PIE_SIZE / 2

    def point(share: float, radius: float) -> tuple[float, float]:
        angle = 2 * math.pi * share - math.pi / 2
        return (
            round(middle + radius * math.cos(angle), 1),
            round(middle + radius * math.sin(angle), 1),
        )

    def each() -> Iterator[Markup]:
        begun = 0.0
        for index, share in enumerate(shares(entries)):
            if not share:
                continue
            (x1, y1), (x2, y2) = point(begun, PIE_RADIUS), point(begun + share, PIE_RADIUS)
            arc = f"{PIE_RADIUS} {PIE_RADIUS} 0 {int(share > HALF)} 1"
            path = f"M{middle} {middle}L{x1} {y1}A{arc} {x2} {y2}z"
            if (x1, y1) == (x2, y2) and share > HALF:  # one arc cannot be a whole circle
                top, size = middle - PIE_RADIUS, 2 * PIE_RADIUS
                path = f"M{middle} {top}a{arc} 0 {size}a{arc} 0 {-size}z"
            yield Markup('<path class="slice shape-{style}" d="{path}"/>').format(
                style=index % STYLES, path=path
            )
            if share >= MIN_LABELLED:
                x, y = point(begun + share / 2, PIE_RADIUS * PIE_LABEL)
                yield _text("on-shape", x, y + 4, str(index + 1), "middle")
            begun += share

    return _svg("pie", PIE_SIZE, PIE_SIZE, title, each())


def gauge(one: Gauge) -> Markup:
    """Return the value on a half circle; beyond the scale it is drawn at its end."""
    centre, base = GAUGE_WIDTH / 2, GAUGE_HEIGHT - 24

    def point(value: float, radius: float) -> tuple[float, float]:
        share = min(1.0, max(0.0, (value - one.low) / (one.high - one.low)))
        angle = math.pi * (1 - share)
        return (
            round(centre + radius * math.cos(angle), 1),
            round(base - radius * math.sin(angle), 1),
        )

    def ring(kind: str, value: float) -> Markup:
        (x1, y1), (x2, y2) = point(one.low, GAUGE_RADIUS), point(value, GAUGE_RADIUS)
        path = f"M{x1} {y1}A{GAUGE_RADIUS} {GAUGE_RADIUS} 0 0 1 {x2} {y2}"
        return Markup('<path class="{kind}" stroke-width="{w}" d="{path}"/>').format(
            kind=kind, w=GAUGE_RING, path=path
        )

    def marks() -> Iterator[Markup]:
        for _, value in one.thresholds:
            if one.low <= value <= one.high:
                inner, outer = GAUGE_RADIUS - GAUGE_RING / 2, GAUGE_RADIUS + GAUGE_RING / 2
                (x1, y1), (x2, y2) = point(value, inner), point(value, outer)
                path = f"M{x1} {y1}L{x2} {y2}"
                yield Markup('<path class="threshold" d="{path}"/>').format(path=path)

    parts = [ring("ring", one.high)]
    if one.value > one.low:
        parts.append(ring("ring-value", one.value))
    parts += marks()
    parts.append(_text("gauge-value", centre, base - 8, short(one.value), "middle"))
    for value, x in ((one.low, centre - GAUGE_RADIUS), (one.high, centre + GAUGE_RADIUS)):
        parts.append(_text("tick", x, base + 16, short(value), "middle"))
    return _svg("gauge", GAUGE_WIDTH, GAUGE_HEIGHT, one.title, parts)


def sparkline(points: Sequence[tuple[int, float]]) -> Markup:
    """Return the course of a value without axes; nothing of fewer than two points."""
    known = [(time, value) for time, value in points if math.isfinite(value)]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return Markup("")
    first, last = known[0][0], known[-1][0]
    low, high = min(value for _, value in known), max(value for _, value in known)

    def place(time: int, value: float) -> str:
        x = 1 + (time - first) / (last - first) * (SPARK_WIDTH - 2)
        share = value / 2 - low / 2  # the difference of huge values is not finite
        y = share / ((high / 2 - low / 2) or 1) * (SPARK_HEIGHT - 4)
        return f"{x:.1f} {SPARK_HEIGHT - 2 - y:.1f}"

    path = "L".join(place(*one) for one in known)
    return Markup(
        '<svg class="spark" viewBox="0 0 {w} {h}" aria-hidden="true">'
        '<path class="line line-0" d="M{path}"/></svg>'
    ).format(w=SPARK_WIDTH, h=SPARK_HEIGHT, path=path)


def _text(kind: str, x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup(
        '<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>'
    ).format(kind=kind, x=x, y=y, anchor=anchor, text=text)


def _svg(
    kind: str, width: float, height: float, title: str, parts: Sequence[Markup] | Iterator[Markup]
) -> Markup:
    return Markup(
        '<svg class="{kind}" viewBox="0 0 {w} {h}" role="img" aria-label="{title}">{body}</svg>'
    ).format(kind=kind, w=width, h=height, title=title, body=Markup().join(parts))
