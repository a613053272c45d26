"""RDS Proxy: endpoints besides a proxy's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import RDSClientError
from moto.rds.models import RDSBackend, RDSBaseModel
from moto.rds.responses import RDSResponse

from localcloud.aws.rds.overrides.proxies import proxy_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_tagged = RDSBackend._get_resource_for_tagging  # noqa: SLF001 - moto has one place for this


class ProxyEndpoint(RDSBaseModel):
    """An endpoint of a proxy besides its own."""

    resource_type = "db-proxy-endpoint"

    def __init__(self, proxy: Any, wanted: dict[str, Any]) -> None:
        """Create the endpoint of *proxy* that `CreateDBProxyEndpoint` asks for."""
        super().__init__(proxy.backend)
        self.proxy = proxy
        self.name = wanted["DBProxyEndpointName"]
        self.target_role = wanted.get("TargetRole") or "READ_WRITE"
        self.network_type = wanted.get("EndpointNetworkType") or "IPV4"
        self.subnet_ids = list(wanted["VpcSubnetIds"])
        self.security_group_ids = list(
            wanted.get("VpcSecurityGroupIds") or proxy.vpc_security_group_ids
        )
        self.tags = wanted.get("Tags", [])

    @property
    def resource_id(self) -> str:
        """Its identifier in ARNs."""
        return self.name

    def described(self) -> dict[str, Any]:
        """Return the members of `DBProxyEndpoint`."""
        proxy = self.proxy
        return {
            "DBProxyEndpointName": self.name,
            "DBProxyEndpointArn": self.arn,
            "DBProxyName": proxy.db_proxy_name,
            "Status": "available",
            "VpcId": proxy.vpc_id,
            "VpcSecurityGroupIds": self.security_group_ids,
            "VpcSubnetIds": self.subnet_ids,
            "Endpoint": proxy.endpoint.replace(
                f"{proxy.db_proxy_name}.", f"{self.name}.endpoint.", 1
            ),
            "CreatedDate": self.created,
            "TargetRole": self.target_role,
            "IsDefault": False,
            "EndpointNetworkType": self.network_type,
        }


def install() -> None:
    """Add the operations."""
    backend: Any = RDSBackend
    backend._get_resource_for_tagging = _found_for_tagging  # noqa: SLF001
    response: Any = RDSResponse
    for operation in (
        create_db_proxy_endpoint, modify_db_proxy_endpoint, describe_db_proxy_endpoints,
        delete_db_proxy_endpoint,
    ):  # fmt: skip
        setattr(response, operation.__name__, operation)


def create_db_proxy_endpoint(self: Any) -> ActionResult:
    """Create an endpoint of a proxy."""
    proxy, name = proxy_of(self), self.params["DBProxyEndpointName"]
    if any(endpoint.name == name for endpoint in _endpoints(self.backend)):
        raise RDSClientError(
            "DBProxyEndpointAlreadyExistsFault",
            f"Cannot create the DBProxyEndpoint because {name} already exists.",
        )
    endpoint: Any = ProxyEndpoint(proxy, self.params)
    proxy.bulkhead_endpoints = {**_own_endpoints(proxy), name: endpoint}
    return ActionResult({"DBProxyEndpoint": endpoint.described()})


def modify_db_proxy_endpoint(self: Any) -> ActionResult:
    """Change the name and the security groups of an endpoint."""
    endpoint = _endpoint(self)
    if groups := self.params.get("VpcSecurityGroupIds"):
        endpoint.security_group_ids = list(groups)
    if name := self.params.get("NewDBProxyEndpointName"):
        del endpoint.proxy.bulkhead_endpoints[endpoint.name]
        endpoint.name = name
        endpoint.proxy.bulkhead_endpoints[name] = endpoint
    return ActionResult({"DBProxyEndpoint": endpoint.described()})


def describe_db_proxy_endpoints(self: Any) -> ActionResult:
    """Return the endpoints of one proxy, or of all."""
    if self.params.get("DBProxyEndpointName"):
        found = [_endpoint(self)]
    elif self.params.get("DBProxyName"):
        found = [*_own_endpoints(proxy_of(self)).values()]
    else:
        found = [*_endpoints(self.backend)]
    return ActionResult({"DBProxyEndpoints": [endpoint.described() for endpoint in found]})


def delete_db_proxy_endpoint(self: Any) -> ActionResult:
    """Delete an endpoint of a proxy."""
    endpoint = _endpoint(self)
    del endpoint.proxy.bulkhead_endpoints[endpoint.name]
    return ActionResult({"DBProxyEndpoint": {**endpoint.described(), "Status": "deleting"}})


def _own_endpoints(proxy: Any) -> dict[str, ProxyEndpoint]:
    return getattr(proxy, "bulkhead_endpoints", {})


def _endpoints(backend: Any) -> Iterator[ProxyEndpoint]:
    for proxy in backend.db_proxies.values():
        yield from _own_endpoints(proxy).values()


def _endpoint(self: Any) -> ProxyEndpoint:
    name = self.params["DBProxyEndpointName"]
    for endpoint in _endpoints(self.backend):
        if endpoint.name == name:
            return endpoint
    raise RDSClientError(
        "DBProxyEndpointNotFoundFault", f"The DB proxy endpoint {name} does not exist."
    )


def _found_for_tagging(self: Any, arn: str) -> Any:
    for endpoint in _endpoints(self):
        if endpoint.arn == arn:
            return endpoint
    return _tagged(self, arn)
