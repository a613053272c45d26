"""The provider's gRPC server on 127.0.0.1."""

from __future__ import annotations

from concurrent import futures
from typing import TYPE_CHECKING

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from localcloud.ports import HOST
from localcloud.provider.servicer import Servicer
from localcloud.provider.settings import ProviderSettings

if TYPE_CHECKING:
    from localcloud.provider.cloud import Cloud

__all__ = ["ProviderSettings", "serve"]

THREADS = 64
"""An engine processes many resources at once, and some wait for minutes."""

MAX_MESSAGE = 400 * 1024 * 1024  # the engine's own limit


def serve(settings: ProviderSettings, cloud: Cloud) -> grpc.Server:
    """Start the server on the port of *settings*."""
    return start(settings, cloud)[0]


def start(settings: ProviderSettings, cloud: Cloud) -> tuple[grpc.Server, int]:
    """Start the server and return it with its port; it calls the AWS of *cloud*."""
    pool = futures.ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="provider")
    server = grpc.server(
        pool,
        options=[
            ("grpc.max_receive_message_length", MAX_MESSAGE),
            ("grpc.max_send_message_length", MAX_MESSAGE),
            ("grpc.so_reuseport", 0),  # a second server on the port must fail, not share it
        ],
    )
    servicer = Servicer(settings, cloud)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    try:
        port = server.add_insecure_port(f"{HOST}:{settings.port}")
    except RuntimeError as error:
        raise OSError(
            f"port {settings.port} on {HOST} is in use: stop the process that listens there"
        ) from error
    server.start()
    return server, port
