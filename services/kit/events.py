"""Events as CloudEvents 1.0 in JSON, checked against the schemas in the artifact.

`new` makes the envelopes of an event (`kit.outbox` writes them in a transaction). `read` returns
the event in a message, whatever channel it came through; `kit.batch` does that for functions.

    {"specversion": "1.0", "id": "...", "source": "orders", "type": "order-placed",
     "subject": "orders/42", "time": "2026-01-01T00:00:00.000Z",
     "datacontenttype": "application/json", "dataschema": "urn:bulkhead:event:order-placed:1",
     "data": {...}, "correlationid": "...", "traceparent": "...",
     "baggage": "hops=1", "sequence": "000...001"}
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json
import logging
import math
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from kit import correlation, schemas, settings, tracing
from kit.resilience import usage

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

logger = logging.getLogger("events")

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
SEQUENCE_DIGITS = 20
MAX_BYTES = 255 * 1024  # SNS takes 256 KiB with the message's attributes
TYPE = re.compile(r"[a-z][a-z0-9-]{0,63}")
PREFIX = "urn:bulkhead:event:"
SCHEMA = re.compile(PREFIX + r"([a-z0-9-]+):([1-9][0-9]{0,5})")
SURROGATE = "\\ud"
OPTIONAL = (
    *("subject", "time", "dataschema"),
    *("sequence", "correlationid", "traceparent", "baggage"),
)
VERSIONS = "dataversions"
"""Extension: versions in which the same event was published, if there are several."""


class InvalidEventError(ValueError):
    """Raised for an event that must not be published, or that can never be handled."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """A received event."""

    id: str
    type: str
    source: str
    """The service that published it."""
    subject: str
    time: str
    data: dict[str, Any]
    version: int = 1
    """Version of the schema of its data."""
    sequence: str | None = None
    """Position among the events of its subject, as text that sorts; None if it has none."""
    correlation_id: str = ""
    traceparent: str = ""
    baggage: str = ""
    """Hops, as W3C's baggage writes them."""
    replayed: bool = False
    """Whether it was sent again from an archive."""


def new(  # noqa: PLR0913 - the attributes of an event
    event_type: str,
    data: dict[str, Any],
    *,
    subject: str,
    time: dt.datetime | None = None,
    sequence: int | None = None,
    older: Mapping[int, dict[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    """Return an envelope for each version of the event that has a schema; at least one.

    *data* is that of the newest version, *older* that of the others. Raises InvalidEventError.
    """
    versions = schemas.versions(event_type, schemas.PUBLISHED)
    by_version = {**(older or {}), versions[-1] if versions else 0: data}
    if versions and sorted(by_version) != versions:
        raise InvalidEventError(
            f"{event_type} has the schemas {_listed(versions)}: pass the data of each older one as"
            f" older={{<version>: <data>}} (found {_listed(sorted(by_version)[:-1]) or 'none'})"
        )
    common = {
        "specversion": SPEC_VERSION,
        "source": settings.text("SERVICE_NAME"),
        "type": event_type,
        "subject": subject,
        "time": _timestamp(time or dt.datetime.now(dt.UTC)),
        "datacontenttype": CONTENT_TYPE,
    }
    extensions = {
        "correlationid": correlation.current.get(),
        "traceparent": correlation.traceparent.get(),
        "baggage": correlation.outgoing().get(correlation.BAGGAGE, ""),
        "sequence": "" if sequence is None else f"{sequence:0{SEQUENCE_DIGITS}}",
        VERSIONS: _listed(versions) if len(versions) > 1 else "",
    }
    common |= {name: value for name, value in extensions.items() if value}
    return [
        _checked({**common, "id": str(uuid.uuid4()), "data": one}, version)
        for version, one in sorted(by_version.items())
    ]


def read(message: str | bytes, *, expected: str = "", replayed: bool = False) -> Event | None:
    """Return the event in *message*, or None if it is meant for readers of another version.

    The message may be the envelope itself, or that in a notification of SNS or an event of
    EventBridge. *expected* is the event's type. Raises InvalidEventError.
    """
    size = len(message.encode(errors="replace") if isinstance(message, str) else message)
    if size > MAX_BYTES:
        raise InvalidEventError(f"the message has {size} bytes; {MAX_BYTES} are allowed")
    try:
        found, sent_again = _unwrapped(_json(message))
    except (ValueError, RecursionError) as error:
        raise InvalidEventError(f"the message is not JSON: {error}") from error
    envelope = _modern(found)
    event = _event(envelope, replayed=replayed or sent_again)
    if expected and event.type != expected:
        raise InvalidEventError(f"the type is {event.type!r} where {expected!r} is consumed")
    readable = schemas.versions(event.type, schemas.CONSUMED)
    if not readable:
        return event
    if event.version not in readable:
        if set(map(str, readable)) & set(str(envelope.get(VERSIONS, "")).split()):
            return None
        raise InvalidEventError(
            f"version {event.version} of {event.type} is not read here, but {_listed(readable)}"
        )
    problems = schemas.faults(event.type, event.version, event.data, schemas.CONSUMED)
    if problems:
        raise InvalidEventError("; ".join(problems))
    return event


def attributes(envelope: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the attributes of a message of SNS or SQS with *envelope*: type, trace and hops."""
    return {
        name: {"DataType": "String", "StringValue": str(envelope[name])}
        for name in ("type", correlation.TRACEPARENT, correlation.BAGGAGE)
        if envelope.get(name)
    }


@contextlib.contextmanager
def context(event: Event, sent: str = "") -> Generator[None]:
    """Make the event's correlation ID, trace and hops those of calls, events and log lines.

    The calls in the block are counted as those of one request. *sent* is X-Ray's header of the
    message, for an event that names no trace. Raises InvalidEventError after too many services.
    """
    headers = {correlation.TRACEPARENT: event.traceparent, correlation.TRACE_HEADER: sent}
    trace = correlation.trace_from_headers(headers)
    received = correlation.hops_of(event.baggage)
    with correlation.context(event.correlation_id, trace or correlation.new_trace(), received):
        if reason := correlation.too_many_hops():
            raise InvalidEventError(reason)
        about = {"messaging.operation.type": "process", "messaging.message.id": event.id}
        span = tracing.entrance(
            f"process {event.type}",
            kind="consumer",
            parent=correlation.parent_from_headers(headers),
            root=correlation.root_from_headers(headers),
            attributes={**about, "messaging.destination.name": event.type},
        )
        with span as recorded, usage.counted() as used:
            try:
                yield
            finally:
                tracing.set_calls(recorded, used)


def _checked(envelope: dict[str, Any], version: int) -> dict[str, Any]:
    event_type = envelope["type"]
    try:
        text = json.dumps(envelope, allow_nan=False)
        envelope = _json(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidEventError(f"{event_type}: the data is not JSON: {error}") from error
    if len(text) > MAX_BYTES:
        raise InvalidEventError(f"{event_type} has {len(text)} bytes; {MAX_BYTES} are allowed")
    if version:
        problems = schemas.faults(event_type, version, envelope["data"], schemas.PUBLISHED)
        if problems:
            raise InvalidEventError(f"{event_type}, version {version}: {'; '.join(problems)}")
        envelope["dataschema"] = f"{PREFIX}{event_type}:{version}"
    return envelope


def _unwrapped(found: Any) -> tuple[Any, bool]:
    """Return the envelope in what a channel delivers, and whether an archive sent it again."""
    content = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    if content.get("Type") == "Notification":
        return _json(str(content.get("Message"))), False
    if "detail-type" in content:
        return content.get("detail"), "replay-name" in content
    return content or None, False


def _json(text: str | bytes) -> Any:
    """Return the value of a JSON text, without what only Python writes and reads.

    That is NaN, a number that is infinite, or half of a surrogate pair. Raises ValueError.
    """
    found = json.loads(text, parse_constant=_finite, parse_float=_finite)
    if SURROGATE in (text if isinstance(text, str) else text.decode(errors="replace")).lower():
        json.dumps(found, ensure_ascii=False).encode()
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text}")
    return value


def _modern(found: Any) -> dict[str, Any]:
    """Return *found* as an envelope of CloudEvents, also if it has the former form."""
    if not isinstance(found, dict):
        raise InvalidEventError("the message is not a JSON object")
    envelope = cast("dict[str, Any]", found)
    if "specversion" in envelope or "correlation_id" not in envelope:
        return envelope
    _warn_of_former_form(str(envelope.get("type")))
    former = {"specversion": SPEC_VERSION, "source": "unknown", **envelope}
    return {**former, "correlationid": former.pop("correlation_id")}


@functools.cache
def _warn_of_former_form(event_type: str) -> None:
    message = "events in the form without specversion are read for this release only"
    logger.warning(message, extra={"type": event_type})


def _event(envelope: dict[str, Any], *, replayed: bool) -> Event:
    if envelope.get("specversion") != SPEC_VERSION:
        raise InvalidEventError(
            f"specversion is {envelope.get('specversion')!r}: {SPEC_VERSION!r} is read"
        )
    for name in ("id", "type", "source"):
        if not isinstance(envelope.get(name), str) or not envelope[name]:
            raise InvalidEventError(f"{name} must be text")
    if not TYPE.fullmatch(envelope["type"]):
        raise InvalidEventError("type must be lower-case words joined by '-'")
    texts = {name: envelope.get(name) or "" for name in OPTIONAL}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise InvalidEventError(f"{name} must be text")
    if not isinstance(envelope.get("data"), dict):
        raise InvalidEventError("data must be a JSON object")
    return Event(
        id=envelope["id"],
        type=envelope["type"],
        source=envelope["source"],
        subject=texts["subject"],
        time=texts["time"],
        data=envelope["data"],
        version=_version(texts["dataschema"], envelope["type"]),
        sequence=texts["sequence"] or None,
        correlation_id=texts["correlationid"],
        traceparent=texts["traceparent"],
        baggage=texts["baggage"],
        replayed=replayed,
    )


def _version(schema: str, event_type: str) -> int:
    """Return the version that *schema* names; without one, it is the first."""
    match = SCHEMA.fullmatch(schema)
    if match is None and not schema.startswith(PREFIX):
        return 1
    if match is None or match[1] != event_type:
        raise InvalidEventError(f"dataschema is {schema!r}, but type is {event_type!r}")
    return int(match[2])


def _timestamp(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _listed(versions: list[int]) -> str:
    return " ".join(map(str, versions))
