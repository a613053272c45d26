"""Connections to a `valkey` store: TLS, cluster mode and IAM authentication.

    client = elasticache.client("prices")              # of asyncio
    client = elasticache.blocking_client("sessions")

Needs `valkey` and boto3 in the service's requirements.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import boto3
import valkey
import valkey.asyncio
from botocore.model import ServiceId
from botocore.signers import RequestSigner
from valkey.asyncio.cluster import ValkeyCluster as AsyncCluster
from valkey.cluster import ValkeyCluster
from valkey.credentials import CredentialProvider

from kit import settings

TOKEN_SECONDS = 900  # the longest that ElastiCache accepts
RENEWAL_SECONDS = 300  # before a token expires
SOCKET_SECONDS = 2.0
SERVERLESS = "serverlesscache"


class IamTokens(CredentialProvider):
    """Passwords of a user with IAM authentication: presigned requests to connect."""

    def __init__(self, arn: str, user: str) -> None:
        """Sign for *user* of the cache *arn* with the credentials of the task or function."""
        _, _, _, region, _, kind, name = arn.split(":", 6)
        query = {"Action": "connect", "User": user}
        if kind == SERVERLESS:
            query["ResourceType"] = "ServerlessCache"
        self._user = user
        self._url = f"https://{name}/?{urlencode(query)}"
        self._region = region
        self._token, self._renewal = "", 0.0
        self._lock = threading.Lock()

    def get_credentials(self) -> tuple[str, str]:
        """Return user and token; a new connection calls this."""
        with self._lock:
            if time.monotonic() > self._renewal:
                self._token = self._signed()
                self._renewal = time.monotonic() + TOKEN_SECONDS - RENEWAL_SECONDS
            return self._user, self._token

    def _signed(self) -> str:
        session: Any = boto3.Session()._session  # noqa: SLF001 - boto3 has no signer of its own
        signer = RequestSigner(
            ServiceId("elasticache"),
            self._region,
            "elasticache",
            "v4",
            session.get_credentials(),
            session.get_component("event_emitter"),
        )
        request: dict[str, Any] = {
            "method": "GET",
            "url": self._url,
            "body": {},
            "headers": {},
            "context": {},
        }
        url: str = signer.generate_presigned_url(
            request, operation_name="connect", expires_in=TOKEN_SECONDS, region_name=self._region
        )
        return url.removeprefix("https://")


@dataclass(frozen=True)
class Cache:
    """Address and user of a store."""

    host: str
    port: int
    tls: bool
    cluster: bool
    credentials: CredentialProvider | None

    @classmethod
    def from_environment(cls, store: str) -> Cache:
        """Read the variables of *store*, its name in service.yaml; raises SettingError."""
        prefix = settings.prefix(store)
        credentials = None
        if os.environ.get(f"{prefix}_AUTH") == "iam":
            arn, user = settings.text(f"{prefix}_ARN"), settings.text(f"{prefix}_USER")
            credentials = IamTokens(arn, user)
        return cls(
            host=settings.text(f"{prefix}_HOST"),
            port=settings.number(f"{prefix}_PORT"),
            tls=settings.text(f"{prefix}_TLS", "true") == "true",
            cluster=settings.text(f"{prefix}_CLUSTER", "false") == "true",
            credentials=credentials,
        )

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of all clients."""
        tls = {"ssl": True, "ssl_check_hostname": True} if self.tls else {}
        return {
            "host": self.host,
            "port": self.port,
            "credential_provider": self.credentials,
            "socket_timeout": SOCKET_SECONDS,
            "socket_connect_timeout": SOCKET_SECONDS,
            **tls,
        }


def client(store: str) -> Any:
    """Return a client of asyncio; it connects at the first command."""
    cache = Cache.from_environment(store)
    if cache.cluster:
        return AsyncCluster(**cache.arguments())
    return valkey.asyncio.Valkey(**cache.arguments())


def blocking_client(store: str) -> Any:
    """Return a client without asyncio; in cluster mode it connects at once."""
    cache = Cache.from_environment(store)
    kind = ValkeyCluster if cache.cluster else valkey.Valkey
    return kind(**cache.arguments())
