"""What the rules on service discovery accept and refuse."""

from policy.rules.architecture.discovery import (
    discovery_service_has_health_check,
    discovery_table_stream_on,
    service_connect_timeouts,
)
from policy.testing import check, unknown


def test_discovery_service_has_health_check():
    check(
        discovery_service_has_health_check,
        "aws:servicediscovery/service:Service",
        {"name": "orders", "dnsConfig": {"namespaceId": "ns-1"}, "healthCheckCustomConfig": {}},
        kept=[{"healthCheckCustomConfig": None, "healthCheckConfig": {"type": "HTTP"}}],
        broken=[{"healthCheckCustomConfig": None}],
        unknown_at=["healthCheckCustomConfig"],
    )


def test_discovery_table_stream_on():
    check(
        discovery_table_stream_on,
        "aws:dynamodb/table:Table",
        {
            "name": "addresses",
            "hashKey": "service",
            "streamEnabled": True,
            "streamViewType": "NEW_AND_OLD_IMAGES",
            "tags": {"purpose": "service-discovery"},
        },
        kept=[
            {"streamViewType": "NEW_IMAGE"},
            {"streamEnabled": None, "tags": {"purpose": "orders"}},
            {"streamEnabled": None, "tags": {"purpose": unknown}},
        ],
        broken=[
            {"streamEnabled": None},
            {"streamEnabled": False},
            {"streamViewType": "KEYS_ONLY"},
            {"streamViewType": None},
        ],
        unknown_at=["streamEnabled", "streamViewType", "tags"],
    )


def test_service_connect_timeouts():
    def connected(**timeout):
        service = {"portName": "http", "discoveryName": "orders", "timeout": timeout}
        return {"serviceConnectConfiguration": {"enabled": True, "services": [service]}}

    off = {"enabled": False, "services": [{"portName": "http"}]}
    check(
        service_connect_timeouts,
        "aws:ecs/service:Service",
        {"name": "orders", "desiredCount": 2} | connected(perRequestTimeoutSeconds=5),
        kept=[
            connected(idleTimeoutSeconds=60),
            connected(perRequestTimeoutSeconds=unknown),
            {"serviceConnectConfiguration": {"enabled": True}},
            {"serviceConnectConfiguration": off},
            {"serviceConnectConfiguration": None},
        ],
        broken=[
            connected(),
            connected(perRequestTimeoutSeconds=0),
            connected(perRequestTimeoutSeconds=5, idleTimeoutSeconds=0),
        ],
        unknown_at=["serviceConnectConfiguration"],
    )
