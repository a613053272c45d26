"""The log lines that Lambda itself writes: INIT_START, START, END and REPORT, or JSON events.

Each JSON event has the level that AWS's table of system log events gives it; SystemLogLevel decides
which are sent. Lines in plain text are always sent.
"""

from __future__ import annotations

import json
import math
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.runtime.functions.log_levels import JSON, Level, is_sent

if TYPE_CHECKING:
    from localcloud.runtime.functions.definition import Definition


INIT = {"initializationType": "on-demand", "phase": "init"}


@dataclass(frozen=True)
class InvocationUsage:
    """Duration and memory of one invocation."""

    seconds: float
    init_seconds: float | None
    """The init phase, if this invocation waited for it."""
    peak_mib: int
    status: str
    """Empty, or why it failed."""


def now() -> str:
    """Return the current time in Lambda's log format."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def init_start(definition: Definition) -> list[str]:
    """Return the INIT_START line."""
    version = f"{definition.runtime} (local {sys.version_info.major}.{sys.version_info.minor})"
    if definition.log_format == JSON:
        return _json(definition, "initStart", {**INIT, "runtimeVersion": version})
    return [f"INIT_START Runtime Version: {version}"]


def init_end(definition: Definition, seconds: float, status: str = "success") -> list[str]:
    """Return the events after the init phase, which plain text does not have."""
    if definition.log_format != JSON:
        return []
    level = _level(status, Level.DEBUG)
    metrics = {"durationMs": round(seconds * 1000, 3)}
    return [
        *_json(definition, "initRuntimeDone", {**INIT, "status": status}, level),
        *_json(definition, "initReport", {**INIT, "status": status, "metrics": metrics}, level),
    ]


def start(definition: Definition, request_id: str) -> list[str]:
    """Return the START line."""
    if definition.log_format == JSON:
        record = {"requestId": request_id, "version": definition.version}
        return _json(definition, "start", record)
    return [f"START RequestId: {request_id} Version: {definition.version}"]


def end(definition: Definition, request_id: str, usage: InvocationUsage) -> list[str]:
    """Return the END and REPORT lines."""
    took = usage.seconds * 1000
    init_seconds = usage.init_seconds
    billed = math.ceil(took + (init_seconds or 0) * 1000)
    if definition.log_format == JSON:
        metrics: dict[str, Any] = {
            "durationMs": round(took, 3),
            "billedDurationMs": billed,
            "memorySizeMB": definition.memory_mib,
            "maxMemoryUsedMB": usage.peak_mib,
        }
        if init_seconds is not None:
            metrics["initDurationMs"] = round(init_seconds * 1000, 3)
        outcome = usage.status.split("\t", maxsplit=1)[0] or "success"
        about = {"requestId": request_id, "status": outcome}
        done = {**about, "metrics": {"durationMs": round(took, 3)}}
        return [
            *_json(definition, "runtimeDone", done, _level(outcome, Level.DEBUG)),
            *_json(definition, "report", {**about, "metrics": metrics}, _level(outcome)),
        ]
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {took:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {definition.memory_mib} MB",
        f"Max Memory Used: {usage.peak_mib} MB",
    ]
    if init_seconds is not None:
        parts.append(f"Init Duration: {init_seconds * 1000:.2f} ms")
    if usage.status:
        parts.append(f"Status: {usage.status}")
    return [f"END RequestId: {request_id}", "\t".join(parts)]


def peak_mib(pid: int | None) -> int:
    """Return the peak resident memory in MiB; 0 where the system does not report it."""
    if pid is None:
        return 0
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return math.ceil(int(line.split()[1]) / 1024)
    return 0


def exit_reason(code: int) -> str:
    """Return Lambda's message for the exit of a runtime process."""
    if code == 0:
        return "Runtime exited without providing a reason"
    if code < 0:
        name = signal.strsignal(-code) or str(-code)
        return f"Runtime exited with error: signal: {name.lower()}"
    return f"Runtime exited with error: exit status {code}"


def _level(status: str, success: Level = Level.INFO) -> Level:
    return success if status == "success" else Level.WARN


def _json(
    definition: Definition, kind: str, record: dict[str, Any], level: Level = Level.INFO
) -> list[str]:
    if not is_sent(definition, level):
        return []
    return [json.dumps({"time": now(), "type": f"platform.{kind}", "record": record})]
