"""ECS services: settings that moto drops, and deployments as reported by the workers."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend, ecs_backends
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.moto_api._internal import mock_random

from localcloud.account import ACCOUNT

KEPT_EVENTS = 100
_KEPT = (
    "availabilityZoneRebalancing", "capacityProviderStrategy", "deploymentConfiguration",
    "enableECSManagedTags", "enableExecuteCommand", "healthCheckGracePeriodSeconds",
    "placementConstraints", "placementStrategy", "serviceConnectConfiguration",
    "volumeConfigurations",
)  # fmt: skip
_DEFAULT_DEPLOYMENT = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
}
_NEW_DEPLOYMENT = ("task_definition", "network_configuration", "load_balancers",
                   "service_registries", "platform_version")  # fmt: skip

_create = EC2ContainerServiceResponse.create_service
_create_in_backend = EC2ContainerServiceBackend.create_service
_list = EC2ContainerServiceBackend.list_services
_delete_cluster = EC2ContainerServiceBackend.delete_cluster


def install() -> None:
    """Keep settings, and create deployments."""
    EC2ContainerServiceResponse.create_service = _created  # type: ignore[method-assign]
    backend: Any = EC2ContainerServiceBackend
    backend.create_service = _created_in_backend
    backend.update_service = _updated
    backend.list_services = _listed
    backend.delete_cluster = _cluster_deleted


def report(body: dict[str, Any]) -> None:
    """Merge the workers' report on a service; rollouts of replaced deployments are ignored."""
    arn: str = body["serviceArn"]
    backend: Any = ecs_backends[ACCOUNT][arn.split(":")[3]]
    service: Any = next((s for s in backend.services.values() if s.arn == arn), None)
    if service is None:
        raise FileNotFoundError(f"no such ECS service: {arn}")
    service.running_count = int(body.get("runningCount", service.running_count))
    service.pending_count = int(body.get("pendingCount", service.pending_count))
    if body.get("taskDefinition"):
        service.task_definition = body["taskDefinition"]
    now = datetime.now(UTC)
    primary: Any = service.deployments[0]
    if body.get("deploymentId", primary["id"]) != primary["id"]:
        body = {key: value for key, value in body.items() if not key.startswith("rollout")}
    primary.update(
        updatedAt=now,
        runningCount=service.running_count,
        pendingCount=service.pending_count,
        desiredCount=service.desired_count,
        taskDefinition=service.task_definition,
        rolloutState=body.get("rolloutState", primary["rolloutState"]),
        rolloutStateReason=body.get("rolloutStateReason", primary["rolloutStateReason"]),
    )
    if primary["rolloutState"] != "IN_PROGRESS":
        del service.deployments[1:]
    for text in body.get("events", []):
        service.events.insert(0, {"id": str(uuid.uuid4()), "createdAt": now, "message": text})
    del service.events[KEPT_EVENTS:]


def _created(self: Any) -> Any:
    result: Any = _create(self)
    service = result.result["service"]
    service.created_at = datetime.now(UTC)
    service.deployment_configuration = _DEFAULT_DEPLOYMENT
    for name in _KEPT:
        value = self._get_param(name)
        if value is not None:
            _set(service, camelcase_to_underscores(name), value)
    return result


def _created_in_backend(self: Any, cluster_str: str, service_name: str, *a: Any, **k: Any) -> Any:
    cluster = self._get_cluster(cluster_str)
    present = self.services.get(f"{cluster.name}:{service_name}")
    if present is not None and present.status == "ACTIVE":
        raise InvalidParameterException("Creation of service was not idempotent.")
    network = k.get("network_configuration")
    if network:
        network["awsvpcConfiguration"].setdefault("securityGroups", [])
    return _create_in_backend(self, cluster_str, service_name, *a, **k)


def _listed(self: Any, *args: Any, **kwargs: Any) -> list[str]:
    gone = {service.arn for service in self.services.values() if service.status == "INACTIVE"}
    return [arn for arn in _list(self, *args, **kwargs) if arn not in gone]


def _cluster_deleted(self: Any, cluster_str: str) -> Any:
    cluster = self._get_cluster(cluster_str)
    if any(
        one.cluster_arn == cluster.arn and one.status == "ACTIVE" for one in self.services.values()
    ):
        raise ECSException(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        )
    return _delete_cluster(self, cluster_str)


def _updated(self: Any, service_properties: dict[str, Any]) -> Any:
    properties = {k: v for k, v in service_properties.items() if v is not None}
    cluster = properties.pop("cluster", "default")
    service = self._get_service(cluster, properties.pop("service").rsplit("/", 1)[-1])
    forced = properties.pop("force_new_deployment", False)
    if wanted := properties.pop("task_definition", None):
        properties["task_definition"] = self.describe_task_definition(wanted).arn
    if network := properties.get("network_configuration"):
        network["awsvpcConfiguration"].setdefault("securityGroups", [])
    changed = {name for name, value in properties.items() if getattr(service, name, None) != value}
    for name, value in properties.items():
        _set(service, name, value)
    if forced or changed.intersection(_NEW_DEPLOYMENT):
        _deploy(service)
    elif service.deployments:
        service.deployments[0].update(
            desiredCount=service.desired_count, updatedAt=datetime.now(UTC)
        )
    return service


def _set(service: Any, name: str, value: Any) -> None:
    if name == "deployment_configuration":
        value = {**_DEFAULT_DEPLOYMENT, **value}
    setattr(service, name, value)


def _deploy(service: Any) -> None:
    now = datetime.now(UTC)
    for old in service.deployments:
        old["status"] = "ACTIVE"
    number = f"ecs-svc/{mock_random.randint(0, 10**19)}"
    primary = {
        **(service.deployments[0] if service.deployments else {}),
        "id": number,
        "status": "PRIMARY",
        "createdAt": now,
        "updatedAt": now,
        "desiredCount": service.desired_count,
        "runningCount": 0,
        "pendingCount": service.desired_count,
        "failedTasks": 0,
        "taskDefinition": service.task_definition,
        "networkConfiguration": service.network_configuration,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": f"ECS deployment {number} in progress.",
    }
    service.deployments = [primary, *service.deployments[:1]]
