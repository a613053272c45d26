"""The DNS names that the emulated AWS serves; `localcloud.names` maps them to local addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.elbv2.models import elbv2_backends
from moto.route53.models import route53_backends
from moto.s3.models import s3_backends

from localcloud.account import ACCOUNT, REGION
from localcloud.aws.journal import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_ALIASES = 8
"""Records that lead to other records, one after the other."""

ADDRESSES = frozenset({"A", "AAAA", "CNAME"})


def names() -> dict[str, Any]:
    """Return what `localcloud.names.Names.of` reads."""
    with JOURNAL.lock:
        apis: Any = apigatewayv2_backends[ACCOUNT][REGION]
        zones: list[Any] = list(route53_backends[ACCOUNT]["aws"].zones.values())
        buckets: Mapping[str, Any] = s3_backends[ACCOUNT]["aws"].buckets
        private = sorted(_plain(zone.name) for zone in zones if zone.vpcs)
        records = {name: target for zone in zones for name, target in _records(zone)}
        balancers = dict(_balancers(records))
        return {
            "apis": {api.api_id: api.name for api in apis.apis.values()},
            "buckets": sorted(buckets),
            "websites": sorted(name for name, one in buckets.items() if one.website_configuration),
            "balancers": balancers,
            "domains": {
                domain: [
                    {"api": one.api_id, "stage": one.stage, "key": one.api_mapping_key or ""}
                    for one in apis.api_mappings.values()
                    if one.domain_name == domain
                ]
                for domain in apis.domain_names
            },
            "privateZones": private,
            "elsewhere": sorted(records.keys() - balancers.keys()),
        }


def _records(zone: Any) -> Iterator[tuple[str, str]]:
    """Yield the name of each address record of *zone*, and the name it leads to or ""."""
    for record in zone.rrsets:
        if record.type not in ADDRESSES:
            continue
        if record.alias_target:
            target = record.alias_target["DNSName"]
        else:
            target = _value(record) if record.type == "CNAME" else ""
        yield _plain(record.name), _plain(target).removeprefix("dualstack.")


def _value(record: Any) -> str:
    values: list[Any] = record.records or [""]
    return values[0]["Value"] if isinstance(values[0], dict) else values[0]


def _balancers(records: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each name whose records lead to a load balancer, and that load balancer's name.

    A wildcard record stands for the names in the rules of its load balancer.
    """
    backend: Any = elbv2_backends[ACCOUNT][REGION]
    known = {one.dns_name.lower(): one for one in backend.load_balancers.values()}
    for name in records:
        target = name
        for _ in range(MAX_ALIASES):
            target = records.get(target, "")
            if target in known:
                break
        balancer = known.get(target)
        if balancer is None:
            continue
        if not name.startswith("*."):
            yield name, balancer.name
            continue
        for host in _hosts(balancer):
            if host.endswith(name[1:]) and host not in records:
                yield host, balancer.name


def _hosts(balancer: Any) -> set[str]:
    """Return the names, without wildcards, in the host conditions of a load balancer's rules."""
    values: set[str] = set()
    for listener in balancer.listeners.values():
        for rule in listener.rules.values():
            for condition in rule.conditions or []:
                if condition.get("Field") == "host-header":
                    settings = condition.get("HostHeaderConfig") or condition
                    values.update(one.lower() for one in settings.get("Values") or [])
    return {one for one in values if not set(one) & set("*?")}


def _plain(name: str) -> str:
    """Return a DNS name in lower case, without its final dot."""
    return name.replace("\\052", "*").rstrip(".").lower()
