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
    from botocore.exceptions import ClientError, NoCredentialsError  # noqa: PLC0415 - the same

    file = ROOT / f"Pulumi.{environment}.yaml"
    config: dict[str, Any] = settings_copy.read(file).get("config") or {}
    wanted = config.get("bulkhead:account")
    if not wanted:
        raise CommandError(
            f"{file.name} names no account: write bulkhead:account below config, in quotes"
        )
    session: Any = boto3.session.Session(region_name=config.get("bulkhead:region"))
    sign_in = (
        f"sign in to the account {wanted}, as with aws sso login, and name the profile in"
        " AWS_PROFILE"
    )
    try:
        found = session.client("sts").get_caller_identity()["Account"]
    except NoCredentialsError as error:
        raise CommandError(f"{environment} needs credentials of AWS: {sign_in}") from error
    except ClientError as error:
        raise CommandError(
            f"AWS does not accept the credentials for {environment} ({error}): {sign_in}"
        ) from error
    if found != str(wanted):
        raise CommandError(
            f"The credentials are of the account {found}: use credentials of {wanted}, the account"
            f" of {environment} in {file.name}"
        )
    return session.client(service)
