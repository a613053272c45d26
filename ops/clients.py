"""Clients of AWS for an environment: of the local cloud, or of the environment's account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud import clients
from localcloud.layout import ROOT
from localcloud.supervisor import client as supervisor
from ops import settings_copy
from ops.environment import LOCAL
from ops.errors import CommandError

if TYPE_CHECKING:
    from localcloud.layout import Layout


def client(layout: Layout, environment: str, service: str) -> Any:
    """Return a client of the AWS service *service* in *environment*; raises CommandError."""
    if environment == LOCAL:
        if not supervisor.is_running(layout):
            raise CommandError("The local cloud is stopped. Start it with: bulkhead up")
        return clients.client(layout, service)
    import boto3  # noqa: PLC0415 - only where an account is

    file = ROOT / f"Pulumi.{environment}.yaml"
    config: dict[str, Any] = settings_copy.read(file).get("config") or {}
    session: Any = boto3.session.Session(region_name=config.get("bulkhead:region"))
    wanted = str(config.get("bulkhead:account"))
    found = session.client("sts").get_caller_identity()["Account"]
    if found != wanted:
        raise CommandError(
            f"The credentials are of the account {found}: use credentials of {wanted}, the account"
            f" of {environment} in {file.name}"
        )
    return session.client(service)
