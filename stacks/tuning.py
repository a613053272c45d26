"""Settings of the interpreter and the SDK that shorten each run of the program.

Measured as whole `bulkhead preview prod` runs on two cores, six pairs in turn, medians without to
with the setting: garbage collection on 1.07 times the CPU and 1.11 times the time; the SDK's own
wait 1.10 times the CPU and 1.06 times the time. The wait's cost grows with the square of the
number of resources. The SDK's debug messages: 1.2 times the CPU of a preview of 50 services. Its
stack traces, which read source files: 1.07 times the CPU of the program.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pulumi
from pulumi.runtime import resource as sdk
from pulumi.runtime import rpc
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.settings import (
    _get_rpc_manager,  # pyright: ignore[reportPrivateUsage] - the only way to the list
)

from stacks.resource_outputs import transfer_properties

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator


T = TypeVar("T")

DEBUG = "PULUMI_OPTION_DEBUG"
"""Variable that sets Pulumi's `--debug`; the program cannot see the option itself."""


CONSTRUCTORS = 3
"""`Resource`, `CustomResource` or `ComponentResource`, and the resource's class."""


@contextmanager
def tuned() -> Generator[None]:
    """Run the program that registers resources with these settings.

    Garbage collection is off: the process lives for seconds and its objects stay reachable.
    """
    gc.disable()
    if os.environ.get(DEBUG, "false") == "false":
        drop_debug_messages()
    sdk.__dict__["_get_stack_trace"] = stack_trace
    rpc.__dict__["transfer_properties"] = transfer_properties
    yield
    start_pending_requests()


def drop_debug_messages() -> None:
    """Send no debug messages to the engine, which shows them with `--debug` alone.

    The SDK sends several for each resource, and waits for the answer to each.
    """
    pulumi.log.debug = _ignore


def _ignore(*_arguments: object, **_options: object) -> None:
    pass


def stack_trace() -> source_pb2.StackTrace:
    """Return the stack trace of a resource, as the SDK does, without reading source files.

    It starts at the caller of the third `__init__`, that of the resource's own class.
    """
    frame, constructors = inspect.currentframe(), 0
    while frame is not None and constructors < CONSTRUCTORS:
        constructors += frame.f_code.co_name == "__init__"
        frame = frame.f_back
    frames: list[source_pb2.StackFrame] = []
    while frame is not None:
        uri = _uri(frame.f_code.co_filename)
        at = None if uri is None else source_pb2.SourcePosition(uri=uri, line=frame.f_lineno)
        frames.append(source_pb2.StackFrame(pc=at))
        frame = frame.f_back
    return source_pb2.StackTrace(frames=frames)


@cache
def _uri(file: str) -> str | None:
    return Path(file).as_uri() if Path(file).is_absolute() else None


def start_pending_requests() -> None:
    """Let the SDK's pending requests start before it waits for outputs.

    At the end of a program the SDK waits for started requests, then for all outputs, and repeats
    after each that resolves. No request has started by then, so it scans every output once per
    resource. One completed request in its list makes it yield to the others first.
    """
    requests = cast("list[Awaitable[Any]]", vars(_get_rpc_manager())["rpcs"])
    requests.append(asyncio.sleep(0))


async def in_turns(steps: Generator[None, None, T]) -> T:
    """Exhaust *steps*, and let pending requests proceed after each; return its return value.

    Otherwise the engine would wait for the first resource until the program has defined the last.
    """
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        await asyncio.sleep(0)
