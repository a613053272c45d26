"""boto3 clients of the emulated AWS: always with its address, never a real one."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from localcloud.account import REGION
from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from localcloud.layout import Layout


def endpoint(layout: Layout) -> str:
    """Return the URL of the emulated AWS API."""
    return f"http://{HOST}:{claim(layout, 'aws')}"


def client(
    layout: Layout,
    service: str,
    *,
    region: str = REGION,
    max_attempts: int = 1,
    read_timeout_seconds: float = 60,
) -> Any:
    """Return a client of *service*; it tries a failing call again if *max_attempts* says so."""
    return client_at(
        endpoint(layout),
        service,
        region=region,
        max_attempts=max_attempts,
        read_timeout_seconds=read_timeout_seconds,
    )


def client_at(
    url: str,
    service: str,
    *,
    region: str = REGION,
    max_attempts: int = 1,
    read_timeout_seconds: float = 60,
) -> Any:
    """Return a client of *service* at *url*."""
    config = Config(
        retries={"total_max_attempts": max_attempts, "mode": "standard"},
        inject_host_prefix=False,
        s3={"addressing_style": "path"},
        connect_timeout=5,
        read_timeout=read_timeout_seconds,
        max_pool_connections=50,
    )
    with _MAKING:
        return _session().client(
            service,  # pyright: ignore[reportCallIssue, reportArgumentType]
            region_name=region,
            endpoint_url=url,
            config=config,
        )


_MAKING = threading.Lock()
"""A session must not make two clients at once."""


@cache
def _session() -> boto3.session.Session:
    """Return the one session of this process: it reads the model of a service once."""
    return boto3.session.Session(
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - it opens nothing
    )
