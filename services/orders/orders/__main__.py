"""Serves the orders service on HOST and PORT until it is told to stop."""

from __future__ import annotations

import logging
import signal
import sys

import uvicorn
from kit import log, settings

from orders.app import create

KEEP_ALIVE_SECONDS = 75  # above the load balancer's 60: it must be the one that hangs up
GRACE_SECONDS = 25  # below the 30 that ECS gives a task between SIGTERM and SIGKILL


def main() -> int:
    """Serve; requests in hand are finished after SIGTERM."""
    log.configure()
    # uvicorn catches the signal, finishes, and then sends it once more to who was there before.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    try:
        uvicorn.run(
            create(),
            host=settings.text("HOST"),
            port=settings.number("PORT"),
            log_config=None,
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    except settings.SettingError as error:
        logging.getLogger("orders").error(str(error))  # noqa: TRY400 - the sentence says all
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
