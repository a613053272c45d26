"""Start and shutdown of the control process."""

from __future__ import annotations

import ctypes
import logging
import sys
from typing import TYPE_CHECKING, Any

from localcloud.aws.environment import prepare
from localcloud.aws.registry import services
from localcloud.control.guard import guarded
from localcloud.control.server import PortTakenError, Server
from localcloud.engine.protocol import without_sdk
from localcloud.layout import Layout
from localcloud.measurement_sender import SenderThread
from localcloud.ports import HOST, claim
from localcloud.stop_signals import on_stop_signal
from localcloud.supervisor.child import follow_parent

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
_M_ARENA_MAX = -8  # malloc.h


def main() -> int:
    """Serve until SIGTERM, SIGINT or the supervisor's exit; return the exit code."""
    _share_memory()
    layout = Layout.current()
    layout.keep_private()
    port = claim(layout, "aws")
    prepare(port)
    try:
        server = Server(port)
    except PortTakenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    application = _load_application(layout, port)

    def leave() -> None:
        application.wake_waiting()
        server.stop()

    on_stop_signal(leave)
    follow_parent()
    states: list[Any] = []
    providers = _serve_providers(
        layout, port, application, lambda *object_: any(one.is_shared(*object_) for one in states)
    )
    state = _serve_state(layout)
    states.append(state)
    application.routes.add("GET", "stack/updates", lambda _: {"updates": state.recent()})
    gauges = [service.load(name) for service in services() for name in service.gauges]
    measurements = SenderThread(layout, gauges=gauges)
    _LOG.info("the emulated AWS API listens on http://%s:%d", HOST, port)
    server.serve(guarded(application))
    for stopped in [one.stop(grace=1) for one in providers]:
        stopped.wait(2)
    state.close()
    measurements.stop()
    application.close()
    return 0


def _load_application(layout: Layout, port: int) -> Any:
    """Import moto and create the application; the environment must be prepared."""
    from localcloud.aws import overrides, service_models  # noqa: PLC0415

    service_models.install()
    overrides.before_moto()
    from localcloud.control.application import Application  # noqa: PLC0415 - imports moto's backends

    return Application(layout, port)


def _share_memory() -> None:
    """Limit glibc to two malloc arenas; by default each thread gets its own."""
    if sys.platform == "linux":
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _serve_providers(
    layout: Layout, port: int, application: Any, is_shared: Callable[[str, str], bool]
) -> list[Any]:
    """Start the provider of `aws`, and the server of those beside it."""
    without_sdk()
    from localcloud.control.in_process import sender  # noqa: PLC0415 - it imports botocore
    from localcloud.provider import server as provider  # noqa: PLC0415 - gRPC is imported last
    from localcloud.provider.cloud import Cloud  # noqa: PLC0415
    from localcloud.provider.utilities import server as utilities  # noqa: PLC0415

    settings = provider.ProviderSettings(
        layout=layout,
        port=claim(layout, "provider"),
        mode="live",
        is_shared=is_shared,
    )
    aws = provider.serve(settings, Cloud(f"http://{HOST}:{port}", sender(application)))
    return [aws, utilities.start(claim(layout, "utilities"))[0]]


def _serve_state(layout: Layout) -> Any:
    """Start the Pulumi backend; the provider has discarded the creates that a kill cut off."""
    from localcloud.backend.server import StateServer  # noqa: PLC0415 - it imports Flask

    return StateServer(layout)
