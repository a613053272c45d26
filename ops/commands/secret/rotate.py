"""`bulkhead secret rotate`: rotate a service's secret now."""

from __future__ import annotations

from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from ops import folders, secrets, settings_copy
from ops.environment import LOCAL
from ops.errors import CommandError
from ops.screen import done


def run(
    service: Annotated[str, typer.Argument()],
    name: Annotated[str, typer.Argument()],
    *,
    environment: Annotated[
        str, typer.Option("--env", help="The environment; others need credentials of its account.")
    ] = LOCAL,
    services: folders.ServicesOption = None,
) -> None:
    """Start the rotation of the secret NAME of SERVICE, without waiting for its interval."""
    settings_copy.require_known(environment, settings_copy.known_environments())
    layout = folders.layout(services)
    described = secrets.require_described(folders.existing(environment), service, name)
    if described.rotation is None:
        raise CommandError(
            f"The secret {name} of {service} is not rotated. Set a new value: bulkhead secret set"
            f" {service} {name}; or describe a rotation in service.yaml:\n"
            f"secrets: {{{name}: {{rotation: {{handler: renewal.handler, every: 30 days}}}}}}"
        )
    try:
        client = secrets.client(layout, environment)
        arn = secrets.find(client, environment, service, name)
        if not secrets.has_value(client, arn):
            option = "" if environment == LOCAL else f" --env {environment}"
            raise CommandError(
                f"The secret {name} of {service} has no value to rotate. Set one: bulkhead secret"
                f" set {service} {name}{option}"
            )
        client.rotate_secret(SecretId=arn)
    except (BotoCoreError, ClientError) as error:
        raise CommandError(f"The secret {name} of {service} is not rotated: {error}") from error
    done(f"The rotation of {name} of {service} has started in {environment}")
