"""The gRPC server of these providers on 127.0.0.1: one for all names, live and in plan mode."""

from __future__ import annotations

from concurrent import futures

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from localcloud.ports import HOST
from localcloud.provider.server import MAX_MESSAGE
from localcloud.provider.utilities.servicer import Servicer

THREADS = 8


def start(port: int) -> tuple[grpc.Server, int]:
    """Start the server on *port*, or on a free one if it is 0; return it with its port."""
    pool = futures.ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="utilities")
    server = grpc.server(
        pool,
        options=[
            ("grpc.max_receive_message_length", MAX_MESSAGE),
            ("grpc.max_send_message_length", MAX_MESSAGE),
            ("grpc.so_reuseport", 0),  # a second server on the port must fail, not share it
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(), server)
    try:
        bound = server.add_insecure_port(f"{HOST}:{port}")
    except RuntimeError as error:
        raise OSError(
            f"port {port} on {HOST} is in use: stop the process that listens there"
        ) from error
    server.start()
    return server, bound
