"""`bulkhead secret set`: write the value of a service's secret."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from ops import folders, secrets, settings_copy
from ops.environment import LOCAL
from ops.errors import CommandError
from ops.screen import done

MAX_BYTES = 65_536  # of Secrets Manager


def run(
    service: Annotated[str, typer.Argument()],
    name: Annotated[str, typer.Argument()],
    *,
    environment: Annotated[
        str, typer.Option("--env", help="The environment; others need credentials of its account.")
    ] = LOCAL,
    services: folders.ServicesOption = None,
) -> None:
    """Read the value of the secret NAME of SERVICE from standard input, or ask for it."""
    settings_copy.require_known(environment, settings_copy.known_environments())
    layout = folders.layout(services)
    secrets.require_described(folders.existing(environment), service, name)
    try:
        client = secrets.client(layout, environment)
        arn = secrets.find(client, environment, service, name)
        client.put_secret_value(SecretId=arn, SecretString=_value(f"{service} {name}"))
    except (BotoCoreError, ClientError) as error:
        raise CommandError(f"The secret {name} of {service} was not set: {error}") from error
    done(f"The secret {name} of {service} has a new value in {environment}")


def _value(of: str) -> str:
    if sys.stdin.isatty():
        value = typer.prompt(f"Value of {of}", hide_input=True, confirmation_prompt=True)
    else:
        try:
            value = sys.stdin.buffer.read().decode().removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            raise CommandError("The value is not UTF-8. Write it in base64.") from error
    if not 1 <= len(value.encode()) <= MAX_BYTES:
        raise CommandError(
            f"The value has {len(value.encode())} bytes. Write 1 to {MAX_BYTES} bytes to standard"
            " input."
        )
    return value
