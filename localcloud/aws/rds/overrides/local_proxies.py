"""Runs each proxy as a process of its own that forwards to the server of its target."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Any

from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBProxy, rds_backends
from moto.rds.responses import RDSResponse

from localcloud.aws.journal import JOURNAL
from localcloud.aws.rds.overrides import servers as databases
from localcloud.aws.rds.overrides.proxies import proxy_of
from localcloud.engines.engine import ServerError
from localcloud.engines.rds_proxy import ENGINE
from localcloud.engines.servers import Servers
from localcloud.ports import HOST
from localcloud.stopped import service_of
from localcloud.supervisor.child import SUPERVISED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.aws.endpoints import ControlEndpoints

_LOG = logging.getLogger(__name__)
_servers: list[Servers] = []
CHANGES = (
    "modify_db_proxy_target_group", "register_db_proxy_targets", "deregister_db_proxy_targets",
)  # fmt: skip
"""Operations after which a proxy leads elsewhere."""


def install(endpoints: ControlEndpoints) -> None:
    """Start, change and stop the proxies of this environment."""
    _servers[:] = [Servers(endpoints.layout, start_here=os.environ.get(SUPERVISED) != "1")]
    response: Any = RDSResponse
    response.create_db_proxy = _create(response.create_db_proxy)
    response.delete_db_proxy = _delete(response.delete_db_proxy)
    for name in CHANGES:
        setattr(response, name, _change(getattr(response, name)))
    kind: Any = DBProxy
    kind.endpoint = property(_endpoint, lambda self, value: vars(self).update(endpoint=value))


def close() -> None:
    """Stop the proxies that this process started."""
    for servers in _servers:
        servers.stop()


def resume() -> None:
    """Ensure in the background that every proxy runs."""
    for proxy in [*_proxies()]:
        threading.Thread(target=_ensure, args=(proxy,), daemon=True).start()


def _proxies() -> Iterator[Any]:
    for _, _, backend in rds_backends.iter_backends():
        found: Any = backend
        yield from found.db_proxies.values()


def _ensure(proxy: Any) -> None:
    with JOURNAL.transaction() as work:
        try:
            _serve(proxy)
        except ServerError as error:
            _LOG.warning("proxy %s: %s", proxy.db_proxy_name, error)
        work.snapshot(proxy.backend)


def _endpoint(self: Any) -> str:
    port = vars(self).get("bulkhead_port")
    return f"{HOST}:{port}" if port else vars(self)["endpoint"]


def _create(moto: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def call(self: Any) -> Any:
        answer = moto(self)
        proxy = proxy_of(self)
        taken = {_name(one) for one in _proxies() if one is not proxy}
        name = proxy.db_proxy_name
        proxy.bulkhead_server = proxy.unique_id if name in taken else name
        try:
            _serve(proxy)
        except ServerError as error:
            self.backend.delete_db_proxy(name)
            _save(proxy)
            text = f"proxy {name} was not created: {error}"
            raise RDSClientError("InternalFailure", text) from error
        return answer

    return call


def _change(moto: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def call(self: Any) -> Any:
        answer = moto(self)
        _serve(proxy_of(self))
        return answer

    return call


def _delete(moto: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def call(self: Any) -> Any:
        proxy = proxy_of(self)
        answer = moto(self)
        with JOURNAL.released():
            _servers[0].delete(ENGINE.name, _name(proxy))
        _save(proxy)
        return answer

    return call


def _serve(proxy: Any) -> None:
    """Run the proxy and let it lead to its target; idempotent. Raises ServerError."""
    group = proxy.proxy_target_groups["default"]
    settings = {"target_port": _target_port(proxy, group), "borrow_seconds": group.borrow_timeout}
    service = service_of(proxy.tags or ())
    with JOURNAL.released():
        endpoint = _servers[0].create(ENGINE.name, _name(proxy), settings, service=service)
    proxy.bulkhead_port = endpoint.port
    _save(proxy)


def _target_port(proxy: Any, group: Any) -> int | None:
    for target in group.targets:
        name, backend = target.rds_resource_id, proxy.backend
        found = backend.clusters.get(name) or backend.databases.get(name)
        if found is not None:
            return databases.owner_of(found).port
    return None


def _name(proxy: Any) -> str:
    """Return the name of the proxy's server: it stays when the proxy is renamed."""
    return vars(proxy).get("bulkhead_server") or proxy.unique_id


def _save(proxy: Any) -> None:
    JOURNAL.work.snapshot(proxy.backend)
