"""`bulkhead dead-letters send-back`: handle the dead letters of a consumer again."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from ops import dead_letters, folders
from ops.environment import LOCAL
from ops.errors import CommandError
from ops.screen import done


def run(
    name: dead_letters.NameArgument,
    *,
    environment: dead_letters.EnvironmentOption = LOCAL,
    services: folders.ServicesOption = None,
) -> None:
    """Send the dead letters of the consumer NAME back to it, once what it failed on is mended."""
    found = dead_letters.find(folders.layout(services), environment, name)
    if not found.count():
        done(f"{name} has no dead letters in {environment}")
        return
    try:
        moved = found.send_back()
    except (BotoCoreError, ClientError) as error:
        again = f"bulkhead dead-letters send-back {name}{dead_letters.option(environment)}"
        raise CommandError(
            f"The dead letters of {name} were not all sent back: {error}. Run it again: {again}"
        ) from error
    were = "was" if moved == 1 else "were"
    done(f"{dead_letters.number(moved)} of {name} {were} sent back to {found.destination}")
