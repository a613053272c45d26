"""`bulkhead report chatty`: pairs of services that talk too much."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ops import chattiness, clients, dead_letters, folders
from ops.environment import LOCAL
from ops.screen import done, out

if TYPE_CHECKING:
    from ops.chattiness import Pair

HOURS, MAX_HOURS = 24, 24 * 15


def run(
    *,
    environment: dead_letters.EnvironmentOption = LOCAL,
    hours: Annotated[
        int, typer.Option("--hours", min=1, max=MAX_HOURS, help="How far back to look.")
    ] = HOURS,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    services: folders.ServicesOption = None,
) -> None:
    """List which services call which: calls per request, share of its time, and what to do."""
    layout = folders.layout(services)
    until = dt.datetime.now(dt.UTC)
    since = until - dt.timedelta(hours=hours)
    if environment == LOCAL:
        pairs = chattiness.of_logs(layout.logs, since)
    else:
        cloudwatch = clients.client(layout, environment, "cloudwatch")
        pairs = chattiness.of_metrics(cloudwatch, environment, since, until)
    if as_json:
        out.print_json(json.dumps([_shown(pair) for pair in pairs]))
        return
    if not pairs:
        done(f"No calls were counted in {environment} in the last {hours} hours")
        return
    width = max(len(f"{pair.service} -> {pair.callee}") for pair in pairs)
    out.print(f"{'':<{width}}  requests  calls/request  share of time  bytes/call", markup=False)
    for pair in pairs:
        _print(pair, width)


def _print(pair: Pair, width: int) -> None:
    name = f"{pair.service} -> {pair.callee}"
    out.print(
        f"{name:<{width}}  {pair.requests:>8}  {pair.calls_per_request:>13.2f}"
        f"  {pair.share_of_time:>12.0%}  {pair.bytes / max(1, pair.calls):>10.0f}",
        markup=False,
    )
    for advice in pair.advice:
        out.print(f"  {advice}", markup=False)


def _shown(pair: Pair) -> dict[str, Any]:
    ratios = {
        "calls_per_request": round(pair.calls_per_request, 2),
        "share_of_time": round(pair.share_of_time, 2),
    }
    return {**asdict(pair), **ratios, "advice": pair.advice}
