"""Targets are identified by address and port; the front door reports their health."""

from __future__ import annotations

from typing import Any

from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup, elbv2_backends

_DESCRIPTIONS = {
    "Elb.RegistrationInProgress": "Target registration is in progress",
    "Elb.InitialHealthChecking": "Initial health checks in progress",
    "Target.FailedHealthChecks": "Health checks failed",
    "Target.DeregistrationInProgress": "Target deregistration is in progress",
    "Target.NotInUse": "Target group is not configured to receive traffic from the load balancer",
}
_reports: dict[str, dict[str, dict[str, Any]]] = {}


def install() -> None:
    """Identify targets by address and port."""
    FakeTargetGroup.register = _register  # type: ignore[method-assign]
    FakeTargetGroup.deregister = _deregister  # type: ignore[method-assign]
    FakeTargetGroup.health_for = _health  # type: ignore[method-assign]


def report(body: dict[str, Any]) -> None:
    """Keep the front door's report; it is not saved, the front door repeats it after a restart."""
    known: set[str] = set()
    for _, _, backend in elbv2_backends.iter_backends():
        found: Any = backend
        known |= set(found.target_groups)
    for arn in set(_reports) - known:
        del _reports[arn]
    for arn, targets in body.items():
        if not isinstance(targets, dict):
            raise TypeError(f"the targets of {arn} must be an object")
        _reports[arn] = targets


def _key(group: Any, target: dict[str, Any]) -> str:
    return f"{target['Id']}:{target.get('Port') or group.port}"


def _register(self: Any, targets: list[dict[str, Any]]) -> None:
    for target in targets:
        port = target.get("Port") or self.port
        self.targets[_key(self, target)] = {"Id": target["Id"], "Port": port}


def _deregister(self: Any, targets: list[dict[str, Any]]) -> None:
    for target in targets:
        self.targets.pop(_key(self, target), None)


def _health(self: Any, target: dict[str, Any], _ec2_backend: Any) -> Any:
    key = _key(self, target)
    port = target.get("Port") or self.port
    reported = _reports.get(self.arn, {}).get(key)
    if key not in self.targets and (reported or {}).get("state") != "draining":
        state, reason = "unused", "Target.NotRegistered"
        text = "Target is not registered to the target group"
    elif reported is None:
        state, reason = "initial", "Elb.RegistrationInProgress"
        text = _DESCRIPTIONS[reason]
    else:
        state = reported["state"]
        reason = reported.get("reason") if state != "healthy" else None
        text = _DESCRIPTIONS.get(reason or "", reason)
    checked = self.health_check_port
    found = port if checked in {None, "traffic-port"} else checked
    return FakeHealthStatus(target["Id"], port, str(found), state, reason, text)
