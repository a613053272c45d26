"""Serves an ASGI application with uvicorn on HOST and PORT until SIGTERM."""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING

import uvicorn

from kit import log, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.asgi import Guard

KEEP_ALIVE_SECONDS = 75  # above the load balancer's 60, so that it closes idle connections first
GRACE_SECONDS = 25  # below the 30 that ECS waits between SIGTERM and SIGKILL


def main(create: Callable[[], Guard]) -> int:
    """Serve the application of *create* until SIGTERM; finish requests; return the exit code."""
    log.configure()
    # uvicorn handles SIGTERM, finishes, and raises it again for the previous handler.
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
        logging.getLogger(__name__).error(str(error))  # noqa: TRY400 - the message is complete
        return 1
    return 0
