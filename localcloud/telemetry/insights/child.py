"""`python -m localcloud.telemetry.insights.child`: evaluates one query after another.

Requests and answers are JSON, each after its length in eight bytes.
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import sys
import threading
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from localcloud.telemetry.insights.errors import EvaluationError, MalformedQueryError
from localcloud.telemetry.insights.evaluation import evaluate
from localcloud.telemetry.insights.parser import parse
from localcloud.telemetry.insights.rows import all_fields
from localcloud.telemetry.insights.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

LENGTH = struct.Struct(">Q")
SAMPLED_EVENTS = 1_000
"""The latest events of a group whose fields are listed."""


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of a query, or the fields of a group; `error` if that failed."""
    source = Source(**{**request["source"], "groups": tuple(request["source"]["groups"])})
    try:
        if "query" not in request:
            return {"fields": fields(source)}
        result = evaluate(parse(request["query"]), source.events(), request["limit"])
    except (EvaluationError, MalformedQueryError, sqlite3.Error, MemoryError) as error:
        return {"error": str(error) or type(error).__name__}
    return {"rows": result.rows, "statistics": vars(result.statistics)}


def fields(source: Source) -> list[dict[str, Any]]:
    """Return the fields of the latest events, each with the percentage of events that have it."""
    counts: Counter[str] = Counter()
    sampled = 0
    for event in islice(source.events(), SAMPLED_EVENTS):
        sampled += 1
        counts.update(name for name in all_fields(event) if name != "@ptr")
    return [
        {"name": name, "percent": round(100 * count / sampled)}
        for name, count in counts.most_common()
    ]


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while head := requests.read(LENGTH.size):
        request = json.loads(requests.read(LENGTH.unpack(head)[0]))
        body = json.dumps(answer(request)).encode()
        answers.write(LENGTH.pack(len(body)) + body)
        answers.flush()


def _end_with(pipe: int) -> None:
    """End this process when the other end of *pipe* closes, also while a query runs."""
    os.read(pipe, 1)
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with, args=(int(sys.argv[1]),), daemon=True).start()
    serve(sys.stdin.buffer, sys.stdout.buffer)
