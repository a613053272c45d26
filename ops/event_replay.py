"""`bulkhead events replay`: deliver events of the past to a consumer again."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from ops import folders, replays
from ops.clients import client
from ops.environment import LOCAL
from ops.errors import CommandError
from ops.screen import done
from ops.settings_copy import known_environments, require_known
from spec.catalogue import load_catalogue
from spec.faults import SpecError

if TYPE_CHECKING:
    from pathlib import Path

    from spec.catalogue import Catalogue

KINDS = {"bus": replays.of_bus, "stream": replays.of_stream}
"""Channels that keep events."""


def replay(  # noqa: PLR0913 - the options of the command
    event: Annotated[str, typer.Argument(metavar="NAME", help="The event.")],
    *,
    consumer: Annotated[str, typer.Option("--consumer", help="The service to deliver it to.")],
    start: Annotated[
        str, typer.Option("--from", help="Begin, as 2026-01-31T08:00 (UTC, or with an offset).")
    ],
    end: Annotated[str | None, typer.Option("--to", help="End. Default: now.")] = None,
    environment: Annotated[
        str, typer.Option("--env", help="The environment; others need credentials of its account.")
    ] = LOCAL,
    services: folders.ServicesOption = None,
) -> None:
    """Deliver what a bus archived, or a stream keeps, to one consumer again.

    Its handler sees `replayed` as true. An event on a topic cannot be replayed: nothing keeps it.
    """
    require_known(environment, known_environments())
    kind = _channel(_catalogue(folders.described(environment, services)), event, consumer)
    begin, until = _time("--from", start), _time("--to", end) if end else dt.datetime.now(dt.UTC)
    if begin >= until:
        raise CommandError(f"--from {start} is not before --to: write an earlier time")
    wanted = replays.Replay(
        environment=environment, event=event, consumer=consumer, start=begin, end=until
    )
    layout = folders.layout(services)
    try:
        done(KINDS[kind](wanted, partial(client, layout, environment)))
    except (BotoCoreError, ClientError) as error:
        raise CommandError(f"{event} was not replayed: {error}") from error


def _catalogue(folder: Path) -> Catalogue:
    try:
        return load_catalogue(folder)
    except SpecError as error:
        raise CommandError(f"Correct these faults first:\n{error}") from error


def _channel(catalogue: Catalogue, event: str, consumer: str) -> str:
    """Return the kind of the channel from which *consumer* gets *event*; raises CommandError."""
    readers = [name for name, spec in catalogue.services.items() if event in spec.consumes]
    if consumer not in readers:
        known = ", ".join(readers) or "none does"
        raise CommandError(f"{consumer} does not consume {event}. Write one of: {known}")
    publication = catalogue.publisher(event).publishes[event]
    chosen = publication.chosen(catalogue.services[consumer].consumes[event].channel)
    kind = chosen.KIND if chosen else ""
    if kind not in KINDS:
        raise CommandError(
            f"{event} is on a {kind}, which keeps no events: publish it on a bus, which archives"
            " them, or on a stream"
        )
    return kind


def _time(option: str, text: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"{option} is {text!r}: write a time as 2026-01-31T08:00, in UTC or with an offset"
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
