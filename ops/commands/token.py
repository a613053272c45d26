"""`bulkhead token`: an access token of a role, from the local user pool."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError

from localcloud.clients import client
from localcloud.supervisor import client as supervisor
from ops import deployed, folders
from ops.errors import CommandError

if TYPE_CHECKING:
    from ops.deployed import Resource

USER_POOL_CLIENT = "aws:cognito/userPoolClient:UserPoolClient"


def run(role: Annotated[str, typer.Argument()], *, services: folders.ServicesOption = None) -> None:
    """Print an access token of ROLE, for a header `Authorization: Bearer`."""
    layout = folders.layout(services)
    found = deployed.of_type(deployed.resources(layout), USER_POOL_CLIENT)
    if not found:
        raise CommandError("There is no local shop yet. Start with: bulkhead up")
    if not supervisor.is_running(layout):
        raise CommandError("The local cloud is stopped. Start it with: bulkhead up")
    try:
        typer.echo(access_token(client(layout, "cognito-idp"), found[0], role))
    except (BotoCoreError, ClientError) as error:
        raise CommandError(
            f"The user pool does not answer: {error}\nIs everything up? bulkhead status"
        ) from error


def access_token(cognito: Any, pool_client: Resource, role: str) -> str:
    """Sign in as a user of *role*; create the user if there is none. Raises CommandError."""
    pool, client_id = pool_client.properties["userPoolId"], pool_client.id
    known = roles(cognito, pool)
    if role not in known:
        raise CommandError(f"There is no role {role!r}. The roles are: {', '.join(known)}")
    user = f"{role}@example.com"
    # Always the same, so that concurrent commands do not invalidate each other's password.
    password = "Aa1!" + hashlib.sha256(f"{pool} {user}".encode()).hexdigest()[:24]
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=user,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": user},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=user, Password=password, Permanent=True
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=user, GroupName=role)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user, "PASSWORD": password},
    )
    return answer["AuthenticationResult"]["AccessToken"]


def roles(cognito: Any, pool: str) -> list[str]:
    """Return the names of the groups of the user pool."""
    pages = cognito.get_paginator("list_groups").paginate(UserPoolId=pool)
    return sorted(group["GroupName"] for page in pages for group in page["Groups"])
