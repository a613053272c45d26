"""Rules on VPN connections and Client VPN endpoints."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, as_list, is_not_true

CONNECTION = "aws:ec2/vpnConnection:VpnConnection"
_TUNNELS = ("tunnel1", "tunnel2")


@require_value("aws:ec2clientvpn/endpoint:Endpoint", path="connectionLogOptions.enabled")
@classify("audit", "network", "low", "advisory")
def vpn_client_logs() -> None:
    """Client VPN endpoints must log connections.

    Connection logs show who was in the network, and when.

    References: FSBP EC2.51, Config ec2-client-vpn-connection-log-enabled
    """


@rule(CONNECTION)
@classify("audit", "network", "medium", "advisory")
def vpn_tunnel_logs(connection: Resource) -> Messages:
    """VPN connections must have logs of both tunnels.

    Without tunnel logs, the reason of a lost connection is not known.

    References: FSBP EC2.171, Config ec2-vpn-connection-logging-enabled
    """
    path = "LogOptions.cloudwatchLogOptions.logEnabled"
    off = [one for one in _TUNNELS if is_not_true(connection.get(f"{one}{path}"))]
    if off:
        arguments = " and ".join(f"{one}_log_options" for one in off)
        yield (
            f"The VPN connection '{connection.name}' must have tunnel logs: set log_enabled=True in"
            f" cloudwatch_log_options of {arguments}."
        )


@rule(CONNECTION)
@classify("security", "network", "medium", "advisory")
def vpn_ike_v2(connection: Resource) -> Messages:
    """VPN connections must use IKEv2 alone.

    IKEv1 has weaker key exchange and is no longer maintained.

    References: FSBP EC2.183
    """
    found = {one: as_list(connection.get(f"{one}IkeVersions")) for one in _TUNNELS}
    known = [one for one in _TUNNELS if connection.get(f"{one}IkeVersions") is not UNKNOWN]
    old = [one for one in known if "ikev1" in found[one] or not found[one]]
    if old:
        arguments = " and ".join(f"{one}_ike_versions" for one in old)
        yield (
            f"The VPN connection '{connection.name}' must use IKEv2 alone: set {arguments} to"
            ' ["ikev2"].'
        )
