"""boto3 clients of the emulated AWS, always with its address."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from localcloud.account import REGION
from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

    from localcloud.layout import Layout


def endpoint(layout: Layout) -> str:
    """Return the URL of the emulated AWS API."""
    return f"http://{HOST}:{claim(layout, 'aws')}"


def client(layout: Layout, service: str, region: str = REGION) -> Any:
    """Return a client of *service* in the environment of *layout*."""
    return client_at(endpoint(layout), service, region)


def client_at(
    url: str, service: str, region: str = REGION, credentials: dict[str, Any] | None = None
) -> Any:
    """Return a client of *service* at *url*, with the *credentials* of STS; it is thread-safe."""
    keys = {}
    if credentials is not None:
        keys = {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials["SessionToken"],
        }
    with _CLIENT_LOCK:
        session, config = _session()
        return session.client(
            service,  # pyright: ignore[reportCallIssue, reportArgumentType]
            region_name=region,
            endpoint_url=url,
            config=config,
            **keys,
        )


_CLIENT_LOCK = threading.Lock()
"""boto3 sessions are not thread-safe."""


@cache
def _session() -> tuple[boto3.session.Session, Config]:
    """Return the session of this process, which reads each service model once, and its settings."""
    # Most commands and every preview call no AWS: they do not pay for the import.
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    session = boto3.session.Session(
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the emulated AWS checks no credentials
    )
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        inject_host_prefix=False,
        s3={"addressing_style": "path"},
        user_agent="bulkhead",  # botocore would compose it twice for each request
        connect_timeout=5,
        read_timeout=120,
        max_pool_connections=50,
    )
    return session, config
