"""Line charts as SVG: pure functions, no scripts, no styles besides the classes of the page.

Lines differ by dashes and by the shape of their marks, not by colour alone. A chart is an image
with a title for screen readers; the page shows its figures in a table beside it.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 24
MAX_MARKS = 60
STYLES = 6
"""Number of classes `line-0`, `line-1`, ... of the stylesheet."""
TICKS = 4
HOUR, DAY = 3600, 86_400
THOUSAND = 1000.0


@dataclass(frozen=True)
class Line:
    """A line of a chart: points of time (seconds since the epoch) and value, by time."""

    label: str
    points: Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Chart:
    """A line chart between two times."""

    title: str
    start: int
    end: int
    lines: Sequence[Line]
    thresholds: Sequence[tuple[str, float]] = field(default=())
    """Horizontal lines, with their labels."""
    period: int = 60
    """Seconds between two points; a larger distance is a gap in the line."""


def nice_ceiling(value: float) -> float:
    """Return the smallest of 1, 2, 2.5 and 5 times a power of ten that is not below *value*."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10, 20) if step * power >= value)


def short(value: float) -> str:
    """Return *value* with at most three digits and a suffix such as `k`."""
    for suffix in ("", "k", "M", "G", "T"):
        if abs(value) < THOUSAND:
            return f"{value:.3g}{suffix}"
        value /= THOUSAND
    return f"{value:.3g}P"


def segments(points: Sequence[tuple[int, float]], period: int) -> Iterator[list[tuple[int, float]]]:
    """Yield runs of points without a gap of more than one and a half periods."""
    run: list[tuple[int, float]] = []
    for point in points:
        if not math.isfinite(point[1]):
            continue
        if run and point[0] - run[-1][0] > period * 1.5:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def line_chart(chart: Chart) -> Markup:
    """Return *chart* as an SVG element."""
    values = [value for line in chart.lines for _, value in line.points if math.isfinite(value)]
    values += [value for _, value in chart.thresholds if math.isfinite(value)]
    top = nice_ceiling(max(values, default=0.0))
    low = min(values, default=0.0)
    bottom = -nice_ceiling(-low) if low < 0 else 0.0
    scale = _Scale(chart.start, max(chart.end, chart.start + 1), bottom, top)
    parts = [*_grid(scale), *_thresholds(chart, scale)]
    for index, line in enumerate(chart.lines):
        parts += _line(index % STYLES, line, chart.period, scale)
    return Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-label="{title}">{body}</svg>'
    ).format(w=WIDTH, h=HEIGHT, title=chart.title, body=Markup().join(parts))


def swatch(index: int) -> Markup:
    """Return the sample of line *index* for a legend."""
    style = index % STYLES
    return Markup(
        '<svg class="swatch" viewBox="0 0 32 12" aria-hidden="true">'
        '<path class="line line-{style}" d="M1 6H31"/>{mark}</svg>'
    ).format(style=style, mark=_mark(style, 16, 6))


@dataclass(frozen=True)
class _Scale:
    start: int
    end: int
    bottom: float
    top: float

    def x(self, time: float) -> float:
        share = (time - self.start) / (self.end - self.start)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        share = (value - self.bottom) / ((self.top - self.bottom) or 1)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _grid(scale: _Scale) -> Iterator[Markup]:
    for step in range(TICKS + 1):
        value = scale.bottom + (scale.top - scale.bottom) * step / TICKS
        y = scale.y(value)
        yield Markup(
            '<path class="grid" d="M{left} {y}H{right}"/>'
            '<text class="tick" x="{text}" y="{base}" text-anchor="end">{value}</text>'
        ).format(left=LEFT, right=WIDTH - RIGHT, y=y, text=LEFT - 6, base=y + 4, value=short(value))
    long = scale.end - scale.start > DAY
    for step in range(TICKS + 1):
        time = scale.start + (scale.end - scale.start) * step / TICKS
        moment = dt.datetime.fromtimestamp(time, dt.UTC)
        anchor = "start" if step == 0 else "end" if step == TICKS else "middle"
        yield Markup('<text class="tick" x="{x}" y="{y}" text-anchor="{a}">{t}</text>').format(
            x=scale.x(time), y=HEIGHT - 6, a=anchor, t=f"{moment:%d %b %H:%M}" if long else
            f"{moment:%H:%M}",
        )  # fmt: skip


def _thresholds(chart: Chart, scale: _Scale) -> Iterator[Markup]:
    for label, value in chart.thresholds:
        if math.isfinite(value):
            y = scale.y(value)
            yield Markup(
                '<path class="threshold" d="M{left} {y}H{right}"/>'
                '<text class="tick" x="{right}" y="{base}" text-anchor="end">{label}</text>'
            ).format(left=LEFT, right=WIDTH - RIGHT, y=y, base=y - 4, label=label)


def _line(style: int, line: Line, period: int, scale: _Scale) -> Iterator[Markup]:
    for run in segments(line.points, period):
        path = "L".join(f"{scale.x(time)} {scale.y(value)}" for time, value in run)
        yield Markup('<path class="line line-{style}" d="M{path}"/>').format(style=style, path=path)
    every = max(1, len(line.points) // MAX_MARKS)
    for time, value in line.points[::every]:
        if math.isfinite(value):
            yield _mark(style, scale.x(time), scale.y(value))


def _mark(style: int, x: float, y: float) -> Markup:
    """Return the mark of a line: circle, square, triangle, diamond, cross or plus."""
    shapes = (
        f"M{x - 2.5} {y}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0",
        f"M{x - 2.5} {y - 2.5}h5v5h-5z",
        f"M{x} {y - 3}l3 5.5h-6z",
        f"M{x} {y - 3.5}l3.5 3.5l-3.5 3.5l-3.5 -3.5z",
        f"M{x - 2.5} {y - 2.5}l5 5M{x + 2.5} {y - 2.5}l-5 5",
        f"M{x - 3} {y}h6M{x} {y - 3}v6",
    )
    return Markup('<path class="mark mark-{style}" d="{path}"/>').format(
        style=style, path=escape(shapes[style])
    )
