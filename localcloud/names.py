"""Where the DNS names of the emulated AWS are on this machine.

A program that is given the URL of a load balancer gets the address of its listener here: no DNS
server answers for the name. A custom name, such as the alias of a load balancer, has a port of its
own, which stands for the Host header that a request to the name would have.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from localcloud.ports import HOST, claim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.layout import Layout

URL = re.compile(
    r"\b(?P<scheme>https?)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)"
    r"(?::(?P<port>\d{1,5}))?(?![\w.:@-])"
)
LOAD_BALANCER = re.compile(
    r"(?:dualstack\.)?(?:internal-)?(?P<name>[a-z0-9-]+)-\d+\.[a-z0-9-]+\.elb\.amazonaws\.com",
    re.IGNORECASE,
)
API = re.compile(r"(?P<id>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
BUCKET = re.compile(r"(?P<bucket>[a-z0-9.-]+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")
WEBSITE = re.compile(r"(?P<bucket>[a-z0-9.-]+)\.s3-website[.-][a-z0-9-]+\.amazonaws\.com")
DASHED_WEBSITE_REGIONS = re.compile(
    r"us-(east-1|west-[12]|gov-west-1)|ap-(northeast-1|southeast-[12])|eu-west-1|sa-east-1"
)
"""The regions whose website endpoints have a hyphen before the region in place of a dot."""
USER_POOLS = re.compile(r"cognito-idp\.[a-z0-9-]+\.amazonaws\.com")
KEY_SET = re.compile(r"/[\w-]+/\.well-known/jwks\.json")
"""Path of a user pool's JWKS. The issuer's URL stays as it is: it is compared, not called."""
S3 = re.compile(r"s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")
XRAY = re.compile(r"xray\.[a-z0-9-]+\.amazonaws\.com")
"""Where services send their spans."""
DEFAULT_PORTS = {"http": 80, "https": 443}
API_PORT = 443
READ_SECONDS = 10


def listener_port_name(load_balancer: str, port: int) -> str:
    """Return the name under which the local port of a listener is remembered."""
    return f"listener-{load_balancer}-{port}"


def api_port_name(api: str) -> str:
    """Return the name under which the local port of an HTTP API is remembered."""
    return f"api-{api}"


def function_url_port_name(function: str, qualifier: str = "") -> str:
    """Return the name under which the local port of a function URL is remembered."""
    return f"function-url-{function}" + (f":{qualifier}" if qualifier else "")


def website_port_name(bucket: str) -> str:
    """Return the name under which the local port of a bucket's website is remembered."""
    return f"website-{bucket}"


def website_domain(region: str) -> str:
    """Return the domain of the website endpoints of *region*."""
    separator = "-" if DASHED_WEBSITE_REGIONS.fullmatch(region) else "."
    return f"s3-website{separator}{region}.amazonaws.com"


def custom_port_name(host: str, port: int) -> str:
    """Return the name under which the local port of a custom name is remembered."""
    return f"name-{host}-{port}"


@dataclass(frozen=True)
class ApiMapping:
    """The stage of an API to which a custom domain leads, for one path prefix."""

    api: str
    """ID of the API."""
    stage: str
    key: str = ""


@dataclass(frozen=True)
class Names:
    """The names of the emulated AWS; those of load balancers are known by their form."""

    layout: Layout
    apis: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of the HTTP APIs, by ID."""
    buckets: frozenset[str] = frozenset()
    websites: frozenset[str] = frozenset()
    """Buckets with a website configuration."""
    balancers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of load balancers, by the custom names whose records lead to them."""
    domains: Mapping[str, tuple[ApiMapping, ...]] = field(
        default_factory=dict[str, tuple[ApiMapping, ...]]
    )
    """Custom domains of HTTP APIs."""
    private_zones: tuple[str, ...] = ()
    """Private hosted zones, whose names resolve only in their VPCs."""
    elsewhere: frozenset[str] = frozenset()
    """Names in private zones whose records do not lead to a load balancer."""

    @classmethod
    def of(cls, layout: Layout, content: Mapping[str, Any]) -> Names:
        """Return the names that the control plane reports."""
        return cls(
            layout=layout,
            apis=content["apis"],
            buckets=frozenset(content["buckets"]),
            websites=frozenset(content["websites"]),
            balancers=content["balancers"],
            domains={
                name: tuple(ApiMapping(**one) for one in mappings)
                for name, mappings in content["domains"].items()
            },
            private_zones=tuple(content["privateZones"]),
            elsewhere=frozenset(content["elsewhere"]),
        )

    def localized(self, text: str) -> str:
        """Return *text* with the local address in place of each URL of an emulated name."""
        return URL.sub(self._address, text)

    def find(self, name: str) -> str:
        """Return the local URL of a URL, a DNS name, the first label of a custom name, or a bucket.

        Returns '' if there is none.
        """
        custom = [one for one in (*self.balancers, *self.domains) if one.split(".")[0] == name]
        host = custom[0] if len(custom) == 1 else name
        url = host if "://" in host else f"https://{host}"
        local = self.localized(url)
        return local if local != url else self._bucket(name)

    def _bucket(self, name: str) -> str:
        """Return the URL of the website of the bucket *name*; without one, of the bucket itself."""
        if name in self.websites:
            return self._on(website_port_name(name))
        return f"{self._on('aws')}/{name}" if name in self.buckets else ""

    def _address(self, found: re.Match[str]) -> str:
        host = found["host"].lower()
        port = int(found["port"] or DEFAULT_PORTS[found["scheme"]])
        if balancer := LOAD_BALANCER.fullmatch(found["host"]):
            return self._on(listener_port_name(balancer["name"], port))
        if (api := API.fullmatch(host)) and api["id"] in self.apis:
            return self._on(api_port_name(self.apis[api["id"]]))
        if s3 := self._s3_address(found, host):
            return s3
        if XRAY.fullmatch(host):
            return self._on("telemetry")
        if USER_POOLS.fullmatch(host):
            keys = KEY_SET.match(found.string, found.end())
            return self._on("aws") if keys else found[0]
        return self._on(custom_port_name(host, port)) if self._is_custom(host) else found[0]

    def _s3_address(self, found: re.Match[str], host: str) -> str:
        """Return the address of a website, a bucket or S3 itself; '' for other names."""
        if site := WEBSITE.fullmatch(host):
            port = website_port_name(site["bucket"])
            return self._on(port) if site["bucket"] in self.websites else found[0]
        if (bucket := BUCKET.fullmatch(host)) and bucket["bucket"] in self.buckets:
            return f"{self._on('aws')}/{bucket['bucket']}"
        if S3.fullmatch(host):
            first = found.string[found.end() :].removeprefix("/").split("/", 1)[0]
            return self._on("aws") if first.split("?")[0] in self.buckets else found[0]
        return ""

    def _is_custom(self, host: str) -> bool:
        if host in self.balancers or host in self.domains:
            return True
        private = any(host == one or host.endswith(f".{one}") for one in self.private_zones)
        return private and host not in self.elsewhere

    def _on(self, name: str) -> str:
        return f"http://{HOST}:{claim(self.layout, name)}"


def read_names(layout: Layout) -> Names:
    """Return the names that the control plane reports now; raises OSError."""
    url = f"http://{HOST}:{claim(layout, 'aws')}/_bulkhead/names"
    with urlopen(url, timeout=READ_SECONDS) as response:
        return Names.of(layout, json.load(response))
