"""Renders pages and their live fragments; everything that is not Markup is escaped."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from localcloud.telemetry.console import charts, graph, markdown, shapes, waterfall, widgets
from localcloud.telemetry.console.masking import masked, masked_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template

    from localcloud.telemetry.console.page import Data

LIVE = "live_"
"""Prefix of the blocks that are fragments: each is the content of the element with its name."""
GOOD = frozenset({"ready", "Active", "OK", "COMPLETED", "succeeded"})
BAD = frozenset({"failed", "FAILED", "missing", "ALARM", "ERROR", "CRITICAL"})
SIGNS = {"good": "✓", "bad": "✗", "warn": "•"}
MINUTE, HOUR, DAY = 60, 3600, 86_400


@cache
def environment() -> Environment:
    """Return the Jinja environment of the console."""
    made = Environment(
        loader=PackageLoader("localcloud.telemetry.console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "time": time_text,
        "age": age,
        "number": number,
        "masked": masked_text,
        "pretty": pretty,
        "json": lambda value: json.dumps(value, ensure_ascii=False, default=str),
        "markdown": markdown.html,
        "segment": lambda text: quote(str(text), safe=""),
        "query": query_string,
    }
    made.globals |= {  # pyright: ignore[reportAttributeAccessIssue]
        "bars": shapes.bars,
        "gauge": shapes.gauge,
        "line_chart": charts.line_chart,
        "pie": shapes.pie,
        "shares": shapes.shares,
        "sparkline": shapes.sparkline,
        "state": state,
        "swatch": charts.swatch,
        "widget_chart": widgets.chart,
        "widget_gauges": widgets.gauges,
        "widget_latest": widgets.latest,
        "widget_table": widgets.table,
        "graph_svg": graph.svg,
        "waterfall_svg": waterfall.svg,
    }
    return made


def page(name: str, data: Data, frame: Mapping[str, Any]) -> str:
    """Return the page *name* with *data*; *frame* has what surrounds them."""
    return _template(name).render(**data, **frame)


def fragments(name: str, data: Data, frame: Mapping[str, Any]) -> dict[str, str]:
    """Return the HTML of each live fragment of the page *name*."""
    template = _template(name)
    context = {**data, **frame}
    return {
        block: "".join(render(template.new_context(context)))
        for block, render in template.blocks.items()
        if block.startswith(LIVE)
    }


def state(value: str) -> Markup:
    """Return a state with its sign and its colour."""
    kind = "good" if value in GOOD else "bad" if value in BAD else "warn"
    return Markup(
        '<span class="{kind}"><span aria-hidden="true">{sign}</span> {value}</span>'
    ).format(kind=kind, sign=SIGNS[kind], value=value)


def time_text(seconds: float | None) -> str:
    """Return a time in UTC."""
    if not seconds:
        return "-"
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def age(seconds: float | None) -> str:
    """Return a duration as `3 min`."""
    if seconds is None:
        return "-"
    for limit, unit, name in (
        (2 * MINUTE, 1, "s"),
        (2 * HOUR, MINUTE, "min"),
        (2 * DAY, HOUR, "h"),
    ):
        if seconds < limit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds / DAY:.0f} days"


def number(value: float | None) -> str:
    """Return a number for a table cell; '-' for none."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


def pretty(text: str) -> str:
    """Return JSON text with indentation, without the values of secrets; other text masked."""
    try:
        return json.dumps(masked(json.loads(text)), indent=2, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return masked_text(str(text))


def query_string(values: Mapping[str, Any]) -> str:
    """Return a query string of the values that are not empty, with its question mark."""
    chosen = {name: value for name, value in values.items() if value not in ("", None)}
    return f"?{urlencode(chosen)}" if chosen else ""


def _template(name: str) -> Template:
    return environment().get_template(f"{name}.html")
