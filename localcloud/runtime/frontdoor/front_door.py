"""The front door: serves a configuration and replaces it at run time."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from localcloud.names import Names
from localcloud.off import NotRunningServices
from localcloud.runtime.frontdoor.balancer.health import Prober
from localcloud.runtime.frontdoor.balancer.listener import Listener, ListenerApp
from localcloud.runtime.frontdoor.balancer.metrics import count_hosts
from localcloud.runtime.frontdoor.balancer.target_group import TargetGroup, TargetState
from localcloud.runtime.frontdoor.bound_port import BoundPort, PortInUseError
from localcloud.runtime.frontdoor.custom_names import CustomName, custom_names
from localcloud.runtime.frontdoor.file import write
from localcloud.runtime.frontdoor.gateway.app import ApiApp
from localcloud.runtime.frontdoor.gateway.function_url import FunctionUrl, FunctionUrlApp
from localcloud.runtime.frontdoor.local_locations import LocalLocations
from localcloud.runtime.frontdoor.network import TcpPort, TcpProxy
from localcloud.runtime.frontdoor.websites import WebsiteApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    import aiohttp

    from localcloud.layout import Layout
    from localcloud.measurements import Measurements
    from localcloud.names import ApiMapping
    from localcloud.runtime.frontdoor.configuration import Configuration
    from localcloud.runtime.frontdoor.gateway.access_log import AccessLogs
    from localcloud.runtime.frontdoor.gateway.http_api import HttpApi
    from localcloud.runtime.frontdoor.token_verifier import TokenVerifier
    from localcloud.runtime.frontdoor.websites import Website

_LOG = logging.getLogger(__name__)
App = TypeVar("App")
Port = BoundPort | TcpPort


@dataclass
class FrontDoor:
    """The listeners, APIs, websites and target groups that are served."""

    layout: Layout
    http: aiohttp.ClientSession
    tokens: TokenVerifier
    access_logs: AccessLogs
    workers_url: str
    endpoint: str
    """URL of the emulated AWS."""
    reasons: Callable[[TargetGroup], Awaitable[str]] | None = None
    """Why a target group has no target on this machine."""
    target_groups: dict[str, TargetGroup] = field(default_factory=dict)
    applied: int = 0
    """Number of configurations applied."""
    health_changed: asyncio.Event = field(default_factory=asyncio.Event)
    stale_reports: set[str] = field(default_factory=set)
    """Target groups whose states in the control plane are outdated."""
    _listeners: dict[str, tuple[Port, ListenerApp]] = field(default_factory=dict)
    _network: dict[str, tuple[Port, TcpProxy]] = field(default_factory=dict)
    _apis: dict[str, tuple[Port, ApiApp]] = field(default_factory=dict)
    _function_urls: dict[str, tuple[Port, FunctionUrlApp]] = field(default_factory=dict)
    _websites: dict[str, tuple[Port, WebsiteApp]] = field(default_factory=dict)
    _custom: dict[str, tuple[Port, CustomName]] = field(default_factory=dict)
    _ports: dict[str, dict[int, int]] = field(default_factory=dict)
    _port_conflicts: dict[str, str] = field(default_factory=dict)
    _problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Create the prober."""
        self._names = Names(self.layout)
        self._not_running = NotRunningServices(self.layout)
        self._prober = Prober(self.http, self.health_changed.set)

    @property
    def has_port_conflicts(self) -> bool:
        """Whether a port is in use by another process, so that a retry may succeed."""
        return bool(self._port_conflicts)

    @property
    def problems(self) -> list[str]:
        """Declared resources that are not served, with the reason."""
        return [*self._problems, *self._port_conflicts.values()]

    async def apply(self, configuration: Configuration) -> None:
        """Serve *configuration* instead of the current one."""
        for problem in set(configuration.problems) - set(self._problems):
            _LOG.error("%s", problem)
        self._problems = configuration.problems
        self._names = configuration.names or Names(self.layout)
        self._apply_groups(configuration)
        await self._apply_listeners(configuration.listeners)
        await self._apply_network_listeners(configuration.network_listeners)
        await self._apply_apis(configuration.apis)
        await self._apply_websites(configuration.websites)
        await self._apply_function_urls(configuration.function_urls)
        declared = (
            *configuration.listeners,
            *configuration.network_listeners,
            *configuration.apis,
            *configuration.function_urls,
            *configuration.websites,
        )
        wanted = {one.bound_port for one in declared}
        wanted |= self._custom.keys()
        self._port_conflicts = {
            bound_port: why
            for bound_port, why in self._port_conflicts.items()
            if bound_port in wanted
        }
        self.applied += 1
        self._publish()

    async def close(self) -> None:
        """Close all ports."""
        await self._prober.close()
        parts = (self._listeners, self._network, self._apis)
        parts += (self._function_urls, self._websites, self._custom)
        bound_ports = [bound_port for served in parts for bound_port, _ in served.values()]
        await asyncio.gather(*(bound_port.close() for bound_port in bound_ports))

    def remove_drained(self) -> None:
        """Remove targets whose deregistration delay is over."""
        if any([target_group.remove_drained() for target_group in self.target_groups.values()]):  # noqa: C419 - all of them
            self.health_changed.set()

    def health(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return the state of every target by target group and address."""
        return {
            arn: {
                target.address: {
                    "state": target.state.value,
                    "reason": target.reason,
                    "inFlight": target.in_flight,
                }
                for target in target_group.targets.values()
            }
            for arn, target_group in self.target_groups.items()
        }

    def measure(self, measurements: Measurements) -> None:
        """Add the numbers of targets."""
        listeners = [app.listener for _, app in self._listeners.values()]
        count_hosts(measurements, listeners, self.target_groups)

    def _apply_groups(self, configuration: Configuration) -> None:
        wanted = {group.settings.arn: group for group in configuration.groups}
        for arn in self.target_groups.keys() - wanted.keys():
            self.target_groups.pop(arn).update([])
        for arn, group in wanted.items():
            target_group = self.target_groups.setdefault(arn, TargetGroup(group.settings))
            target_group.settings = group.settings
            before = {target.address: target.state for target in target_group.targets.values()}
            for target in target_group.update(group.targets):
                self._prober.begin(target_group, target)
            now = {target.address: target.state for target in target_group.targets.values()}
            wrong = any(
                state is not TargetState.INITIAL
                and group.reported.get(address) not in {state, None}
                for address, state in now.items()
            )
            if wrong:
                self.stale_reports.add(arn)
            if wrong or before != now:
                self.health_changed.set()

    async def _apply_listeners(self, listeners: tuple[Listener, ...]) -> None:
        wanted = {listener.arn: listener for listener in listeners}
        for arn in self._listeners.keys() - wanted.keys():
            bound_port, app = self._listeners.pop(arn)
            self._ports[app.listener.balancer].pop(app.listener.port, None)
            await bound_port.close()
        for arn, listener in wanted.items():
            if arn in self._listeners:
                self._listeners[arn][1].listener = listener
                continue
            ports = self._ports.setdefault(listener.balancer, {})
            app = ListenerApp(
                listener,
                self.target_groups,
                ports,
                self.http,
                self.tokens,
                self._not_running,
                self.reasons,
            )
            bound_port = await self._open(listener.bound_port, app)
            if bound_port is not None:
                ports[listener.port] = bound_port.port
                self._listeners[arn] = (bound_port, app)

    async def _apply_apis(self, apis: tuple[HttpApi, ...]) -> None:
        known = {api.api_id: api for api in apis}

        def app(api: HttpApi, mapping: ApiMapping | None = None) -> ApiApp:
            logs = self.access_logs
            return ApiApp(api, self.http, self.tokens, logs, self.workers_url, mapping)

        def mapped(mapping: ApiMapping) -> ApiApp | None:
            return app(known[mapping.api], mapping) if mapping.api in known else None

        wanted = {api.api_id: (api.bound_port, app(api)) for api in apis}
        await self._replace(self._apis, wanted, "api")
        custom = dict(custom_names(self._names, self._listeners, mapped))
        await self._replace(
            self._custom, {name: (name, one) for name, one in custom.items()}, "app"
        )

    async def _apply_network_listeners(self, listeners: tuple[Listener, ...]) -> None:
        wanted = {one.arn: (one.bound_port, TcpProxy(one, self.target_groups)) for one in listeners}
        await self._replace(self._network, wanted, "listener")

    async def _apply_websites(self, websites: tuple[Website, ...]) -> None:
        wanted = {
            one.bucket: (one.bound_port, WebsiteApp(one, self.http, self.endpoint))
            for one in websites
        }
        await self._replace(self._websites, wanted, "website")

    async def _apply_function_urls(self, urls: tuple[FunctionUrl, ...]) -> None:
        wanted = {
            url.bound_port: (url.bound_port, FunctionUrlApp(url, self.http, self.workers_url))
            for url in urls
        }
        await self._replace(self._function_urls, wanted, "url")

    async def _replace(
        self,
        served: dict[str, tuple[Port, App]],
        wanted: Mapping[str, tuple[str, App]],
        attribute: str,
    ) -> None:
        """Serve *wanted*, each with the name of its port; what is open gets the new *attribute*."""
        for key in served.keys() - wanted.keys():
            await served.pop(key)[0].close()
        for key, (name, app) in wanted.items():
            if key in served:
                setattr(served[key][1], attribute, getattr(app, attribute))
            elif (bound_port := await self._open(name, app)) is not None:
                served[key] = (bound_port, app)

    async def _open(self, name: str, app: object) -> Port | None:
        bound_port: Port = (
            TcpPort(self.layout, name, app)
            if isinstance(app, TcpProxy)
            else BoundPort.claimed(self.layout, name, LocalLocations(app, self._localized))
        )
        try:
            await bound_port.open()
        except PortInUseError as error:
            if name not in self._port_conflicts:
                _LOG.error("%s", error)
            self._port_conflicts[name] = str(error)
            return None
        self._port_conflicts.pop(name, None)
        return bound_port

    def _localized(self, text: str) -> str:
        return self._names.localized(text)

    def _publish(self) -> None:
        content = {
            "listeners": {
                arn: _listener(*one)
                for served in (self._listeners, self._network)
                for arn, one in served.items()
            },
            "apis": {
                api_id: {"url": bound_port.url, "name": app.api.name}
                for api_id, (bound_port, app) in self._apis.items()
            },
            "functionUrls": {
                name: bound_port.url for name, (bound_port, _) in self._function_urls.items()
            },
            "websites": {
                bucket: bound_port.url for bucket, (bound_port, _) in self._websites.items()
            },
            "names": {
                f"{custom.protocol}://{custom.host}:{custom.port}": bound_port.url
                for bound_port, custom in self._custom.values()
            },
            "problems": self.problems,
        }
        write(self.layout, content)


def _listener(bound_port: Port, app: ListenerApp | TcpProxy) -> dict[str, Any]:
    listener = app.listener
    return {
        "url": bound_port.url,
        "loadBalancer": listener.balancer,
        "port": listener.port,
        "protocol": listener.protocol,
    }
