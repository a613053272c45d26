"""`bulkhead time advance`: make the timers of AWS on this machine fire now."""

from __future__ import annotations

import json
import math
import re
import urllib.error
import urllib.request
from typing import Annotated, Any

import typer

from localcloud.ports import HOST, claim
from localcloud.supervisor import client as supervisor
from ops import folders
from ops.errors import CommandError
from ops.screen import done, step

DURATION = re.compile(r"([1-9]\d{0,5}) ?(minute|hour|day)s?")
SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
MAX_DAYS = 366
AGAIN = "bulkhead time advance"
ANSWER_SECONDS = 3600


def run(
    duration: Annotated[
        list[str], typer.Argument(metavar="DURATION", help="As '1 day' or '90 minutes'.")
    ],
    *,
    services: folders.ServicesOption = None,
) -> None:
    """Advance the clock of AWS timers and fire, in order, those that become due.

    Schedules, rules with a schedule, expiry of items (TTL) and lifecycle rules follow this clock.
    Clocks of services, tokens and timeouts do not. It cannot be set back; `bulkhead destroy` resets
    it. It stops after 10,000 moments at which timers fired, a week of a schedule of every minute.
    """
    seconds = _seconds(" ".join(duration))
    layout = folders.layout(services)
    if not supervisor.is_running(layout):
        raise CommandError("The local cloud is stopped. Start it with: bulkhead up")
    with step("The timers fired") as show:
        show("firing the timers that become due")
        answer = _advance(f"http://{HOST}:{claim(layout, 'workers')}/time", seconds)
    days = answer["addedSeconds"] / SECONDS["day"]
    done(f"For timers it is {answer['now']}, {days:.2f} days ahead of the real time")
    if left := answer.get("leftSeconds"):
        minutes = math.ceil(left / SECONDS["minute"])
        done(f"It stopped there, because many timers fired; go on with: {AGAIN} {minutes} minutes")


def _seconds(text: str) -> int:
    found = DURATION.fullmatch(text)
    if found is None:
        raise CommandError(f"{text!r} is no duration. Write one as '1 day' or '90 minutes'.")
    seconds = int(found[1]) * SECONDS[found[2]]
    if seconds > MAX_DAYS * SECONDS["day"]:
        raise CommandError(f"{text!r} is too long. Write at most {MAX_DAYS} days.")
    return seconds


def _advance(url: str, seconds: int) -> dict[str, Any]:
    body = json.dumps({"seconds": seconds}).encode()
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})  # noqa: S310 - of this machine
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - the same
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise CommandError(f"The timers were not advanced: {error.read().decode()}") from error
    except (OSError, ValueError) as error:
        raise CommandError(
            f"The workers do not answer ({error}). See which process is at fault: bulkhead status"
        ) from error
