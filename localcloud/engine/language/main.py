"""Entry point of the language host plugin."""

from __future__ import annotations

import os
import sys
import threading
from concurrent import futures
from pathlib import Path

import grpc
from pulumi.runtime.proto import language_pb2_grpc

from localcloud.engine.language.children import Children, end_process_group
from localcloud.engine.language.host import LanguageHost
from localcloud.stop_signals import on_stop_signal

MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's limit for a gRPC message."""

WORKERS = 32
"""Threads; each running program and policy pack occupies one."""


def main() -> int:
    """Print the port, serve until a signal or the engine's exit, and stop all children."""
    executor, engine_address = _arguments(sys.argv[1:])
    ended = threading.Event()
    on_stop_signal(ended.set)
    threading.Thread(target=_watch_engine, args=(ended,), daemon=True).start()
    children = Children()
    server = serve(LanguageHost(executor, engine_address, children))
    ended.wait()
    children.close()
    server.stop(grace=0.2).wait()
    end_process_group()
    return 0


def serve(host: LanguageHost) -> grpc.Server:
    """Serve *host* on a free port, and print the port to standard output."""
    options = [
        ("grpc.max_receive_message_length", MESSAGE_BYTES),
        ("grpc.max_send_message_length", MESSAGE_BYTES),
    ]
    server = grpc.server(futures.ThreadPoolExecutor(WORKERS), options=options)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    return server


def _arguments(words: list[str]) -> tuple[Path, str]:
    """Return the value of `--executor` and the engine's address, the last argument."""
    if len(words) < 2 or words[0] != "--executor":  # noqa: PLR2004 - the option and its value
        raise SystemExit("usage: pulumi-language-python --executor PATH [OPTION...] [ADDRESS]")
    rest = words[2:]
    address = rest[-1] if rest and not rest[-1].startswith("-") else ""
    return Path(words[1]), address


def _watch_engine(ended: threading.Event) -> None:
    """Wait for EOF on standard input, a pipe that the engine keeps open until it exits."""
    while os.read(0, 4096):
        pass
    ended.set()
