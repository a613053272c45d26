"""Calls the functions that the AWS services declare, at each stage of the control process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws import xml_names
from localcloud.aws.registry import services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.aws.endpoints import ControlEndpoints

    Restore = Callable[[str, str, bytes], None]


def before_moto() -> None:
    """Replace what moto reads when its backends are imported."""
    _call("before_moto")


def install(endpoints: ControlEndpoints) -> None:
    """Install every override."""
    install_settings()
    _call("overrides_with_endpoints", endpoints)


def install_settings() -> None:
    """Install the overrides that need no endpoints: they start no process and make no calls."""
    xml_names.install()
    _call("overrides")


def collections() -> dict[str, Restore]:
    """Return the functions that restore journalled entries, by the prefix of the collection."""
    return {
        f"{word} ": service.load(name)
        for service in services()
        for word, name in service.collections.items()
    }


def applications(endpoints: ControlEndpoints) -> list[Any]:
    """Return the WSGI applications that answer some requests in moto's place."""
    return [kind(endpoints) for kind in _declared("applications")]


def after_load() -> None:
    """Complete the loaded state."""
    _call("after_load")


def resume() -> None:
    """Continue what was in progress when the process ended."""
    _call("resume")


def wake_waiting() -> None:
    """Answer every long poll: the process is about to end."""
    _call("wake_waiting")


def close() -> None:
    """Stop what this process started."""
    _call("close")


def _call(stage: str, *arguments: Any) -> None:
    for function in _declared(stage):
        function(*arguments)


def _declared(stage: str) -> Iterator[Callable[..., Any]]:
    """Yield the functions of a stage.

    Each is imported after the one before it was called: a module that keeps what it overrides when
    it is imported keeps an earlier override, not moto's own function in its place.
    """
    for service in services():
        for name in getattr(service, stage):
            yield service.load(name)
