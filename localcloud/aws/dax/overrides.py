"""Subnet groups and parameter groups of DAX, and what moto drops of a cluster."""

from __future__ import annotations

import itertools
import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dax.exceptions import ClusterNotFoundFault
from moto.dax.models import DaxCluster
from moto.dax.responses import DAXResponse
from moto.ec2.models import ec2_backends

DEFAULTS = {"query-ttl-millis": "300000", "record-ttl-millis": "300000"}
TLS_PORT = 9111

_create = DAXResponse.create_cluster
_describe = DaxCluster.to_json


def install() -> None:
    """Add the operations, and keep what a cluster is made with."""
    response: Any = DAXResponse
    response.create_cluster = _created
    response.update_cluster = _update_cluster
    for kind, change in (("Subnet", _set_subnets), ("Parameter", _set_parameters)):
        lower = kind.lower()
        setattr(response, f"create_{lower}_group", _creator(kind, change))
        setattr(response, f"update_{lower}_group", _updater(kind, change))
        setattr(response, f"describe_{lower}_groups", _describer(kind))
        setattr(response, f"delete_{lower}_group", _deleter(kind))
    response.describe_parameters = _describe_parameters
    DaxCluster.to_json = _described  # type: ignore[method-assign]


def _groups(self: Any, kind: str) -> dict[str, dict[str, Any]]:
    backend = self.dax_backend
    if not hasattr(backend, "bulkhead_groups"):
        backend.bulkhead_groups = {"Subnet": {}, "Parameter": {}}
    return backend.bulkhead_groups[kind]


def _group(self: Any, kind: str, name: str) -> dict[str, Any]:
    found = _groups(self, kind).get(name)
    if found is None:
        raise JsonRESTError(f"{kind}GroupNotFoundFault", f"{kind} group {name} not found.")
    return found


def _answer(kind: str, found: dict[str, Any]) -> str:
    return json.dumps({f"{kind}Group": _shown(found)})


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "Parameters"}


def _creator(kind: str, change: Any) -> Any:
    def create(self: Any) -> str:
        given = json.loads(self.body)
        name, groups = given[f"{kind}GroupName"], _groups(self, kind)
        if name in groups:
            text = f"{kind} group {name} already exists."
            raise JsonRESTError(f"{kind}GroupAlreadyExistsFault", text)
        made = {f"{kind}GroupName": name, "Description": given.get("Description", "")}
        change(self, made, given)
        groups[name] = made
        return _answer(kind, made)

    return create


def _updater(kind: str, change: Any) -> Any:
    def update(self: Any) -> str:
        given = json.loads(self.body)
        found = _group(self, kind, given[f"{kind}GroupName"])
        change(self, found, given)
        if "Description" in given:
            found["Description"] = given["Description"]
        return _answer(kind, found)

    return update


def _describer(kind: str) -> Any:
    def describe(self: Any) -> str:
        names = json.loads(self.body).get(f"{kind}GroupNames") or [*_groups(self, kind)]
        return json.dumps({f"{kind}Groups": [_shown(_group(self, kind, one)) for one in names]})

    return describe


def _deleter(kind: str) -> Any:
    def delete(self: Any) -> str:
        name = json.loads(self.body)[f"{kind}GroupName"]
        _group(self, kind, name)
        clusters = self.dax_backend.clusters.values()
        if any(name in (one.subnet_group, one.parameter_group.name) for one in clusters):
            code = {"Subnet": "SubnetGroupInUseFault", "Parameter": "InvalidParameterGroupState"}
            code["Parameter"] += "Fault"
            raise JsonRESTError(code[kind], f"{kind} group {name} is used by a cluster.")
        del _groups(self, kind)[name]
        return json.dumps({"DeletionMessage": f"{kind} group {name} has been deleted."})

    return delete


def _set_subnets(self: Any, group: dict[str, Any], given: dict[str, Any]) -> None:
    if not given.get("SubnetIds"):
        return
    known = {
        one.id: one for one in ec2_backends[self.current_account][self.region].describe_subnets()
    }
    if unknown := [one for one in given["SubnetIds"] if one not in known]:
        raise JsonRESTError("InvalidSubnet", f"Subnet {unknown[0]} does not exist.")
    found = [known[one] for one in given["SubnetIds"]]
    if len({one.vpc_id for one in found}) > 1:
        raise JsonRESTError("InvalidSubnet", "The subnets are in more than one VPC.")
    group["VpcId"] = found[0].vpc_id
    group["Subnets"] = [
        {"SubnetIdentifier": one.id, "SubnetAvailabilityZone": one.availability_zone}
        for one in found
    ]


def _set_parameters(_self: Any, group: dict[str, Any], given: dict[str, Any]) -> None:
    wanted = {
        one["ParameterName"]: one["ParameterValue"] for one in given.get("ParameterNameValues", [])
    }
    if unknown := sorted(wanted.keys() - DEFAULTS):
        text = f"The parameter {unknown[0]} cannot be modified."
        raise JsonRESTError("InvalidParameterValueException", text)
    values = {**group.get("Parameters", {}), **wanted}
    group["Parameters"] = {name: one for name, one in values.items() if one != DEFAULTS[name]}


def _describe_parameters(self: Any) -> str:
    found = _group(self, "Parameter", json.loads(self.body)["ParameterGroupName"])
    values = {**DEFAULTS, **found["Parameters"]}
    return json.dumps(
        {
            "Parameters": [
                {
                    "ParameterName": name,
                    "ParameterValue": value,
                    "Source": "user" if name in found["Parameters"] else "system",
                }
                for name, value in values.items()
            ]
        }
    )


def _created(self: Any) -> str:
    given = json.loads(self.body)
    name = given["ClusterName"]
    if name in self.dax_backend.clusters:
        raise JsonRESTError("ClusterAlreadyExistsFault", f"Cluster {name} already exists.")
    zones = list(given.get("AvailabilityZones", []))
    if group := given.get("SubnetGroupName"):
        subnets = _group(self, "Subnet", group)["Subnets"]
        zones = zones or [one["SubnetAvailabilityZone"] for one in subnets]
    _check_parameters(self, given)
    _create(self)
    cluster: Any = self.dax_backend.clusters[name]
    cluster.subnet_group = group or cluster.subnet_group
    cluster.bulkhead_zones = zones
    if cluster.encryption_type == "TLS":
        cluster.endpoint.port = TLS_PORT
    _change(cluster, given)
    return json.dumps({"Cluster": cluster.to_json()})


def _check_parameters(self: Any, given: dict[str, Any]) -> None:
    if name := given.get("ParameterGroupName"):
        _group(self, "Parameter", name)


def _update_cluster(self: Any) -> str:
    given = json.loads(self.body)
    cluster = self.dax_backend.clusters.get(given["ClusterName"])
    if cluster is None:
        raise ClusterNotFoundFault(given["ClusterName"])
    _check_parameters(self, given)
    _change(cluster, given)
    return json.dumps({"Cluster": cluster.to_json()})


def _change(cluster: Any, given: dict[str, Any]) -> None:
    cluster.description = given.get("Description", cluster.description)
    window = given.get("PreferredMaintenanceWindow")
    cluster.preferred_maintenance_window = window or cluster.preferred_maintenance_window
    cluster.parameter_group.name = given.get("ParameterGroupName", cluster.parameter_group.name)
    if "SecurityGroupIds" in given:
        cluster.security_groups = [
            {"SecurityGroupIdentifier": one, "Status": "active"}
            for one in given["SecurityGroupIds"]
        ]
    if "NotificationTopicArn" in given:
        cluster.bulkhead_topic = given["NotificationTopicArn"]


def _described(self: Any) -> dict[str, Any]:
    answer = _describe(self)
    zones = itertools.cycle(
        getattr(self, "bulkhead_zones", None) or [self.nodes[0].availability_zone]
    )
    for node, zone in zip(answer.get("Nodes", ()), zones, strict=False):
        node["AvailabilityZone"] = zone
        node["Endpoint"]["Port"] = self.endpoint.port
    answer["ActiveNodes"] = len(answer.get("Nodes", ()))
    if url := answer["ClusterDiscoveryEndpoint"].get("URL"):
        scheme = "daxs" if self.encryption_type == "TLS" else "dax"
        answer["ClusterDiscoveryEndpoint"]["URL"] = f"{scheme}://{url.partition('://')[2]}"
    if topic := getattr(self, "bulkhead_topic", None):
        answer["NotificationConfiguration"] = {"TopicArn": topic, "TopicStatus": "active"}
    return answer
