"""What moto drops of subnets, endpoints, instances and rules of security groups."""

from __future__ import annotations

import inspect
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instances import Instance
from moto.ec2.models.network_acls import NetworkAclBackend
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses.network_acls import NetworkACLs
from moto.ec2.responses.subnets import Subnets
from moto.ec2.responses.vpcs import VPCs

_modify_subnet = Subnets.modify_subnet_attribute
_make_rule = SecurityGroupRule.__init__
_modify_rules = SecurityGroupBackend.modify_security_group_rules
_modify_endpoint = VPCs.modify_vpc_endpoint


def install() -> None:
    """Replace the operations, and the property that a response is made from."""
    Subnets.modify_subnet_attribute = _subnet_modified  # type: ignore[method-assign]
    rule: Any = SecurityGroupRule
    rule.__init__ = _made
    rule.description = property(_description)
    SecurityGroupBackend.modify_security_group_rules = _rules_modified  # type: ignore[method-assign]
    responses: Any = NetworkACLs
    for name in ("create_network_acl_entry", "replace_network_acl_entry"):
        setattr(responses, name, _with_icmp(getattr(responses, name)))
    instances: Any = Instance
    instances.prep_nics = _deleted_on_termination(instances.prep_nics)
    acls: Any = NetworkAclBackend
    acls.delete_network_acl_entry = _found_first(acls.delete_network_acl_entry)
    VPCs.modify_vpc_endpoint = _endpoint_modified  # type: ignore[method-assign]
    Subnet.ipv6_cidr_block_association_set = property(_associations)  # type: ignore[assignment]


def _with_icmp(operation: Any) -> Any:
    """Let *operation* read the member of ICMP rules under the name that its request has."""

    def call(self: Any) -> Any:
        read = self._get_param
        self._get_param = lambda name, *default: read(
            name.replace("Icmp.", "IcmpTypeCode."), *default
        )
        return operation(self)

    return call


def _deleted_on_termination(prepare: Any) -> Any:
    """Have the network interfaces that a launch creates deleted with the instance by default."""

    def call(self: Any, nic_spec: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        prepare(self, nic_spec, *args, **kwargs)
        requested = {int(one["DeviceIndex"]): one for one in nic_spec}
        for index, interface in self.nics.items():
            request = requested.get(index, {})
            wanted = request.get("DeleteOnTermination")
            existing = bool(request.get("NetworkInterfaceId"))
            interface.delete_on_termination = not existing if wanted is None else wanted

    return call


def _found_first(delete: Any) -> Any:
    def call(self: Any, network_acl_id: str, rule_number: int, egress: bool) -> Any:
        try:
            return delete(self, network_acl_id, rule_number, egress)
        except StopIteration:
            text = f"The network acl entry identified by {rule_number} does not exist"
            raise EC2ClientError("InvalidNetworkAclEntry.NotFound", text) from None

    return call


def _associations(self: Any) -> list[dict[str, Any]]:
    """Return the associated blocks, with the state in AWS's form."""
    return [
        {**block, "ipv6CidrBlockState": {"state": block["ipv6CidrBlockState"]["State"]}}
        for block in self.ipv6_cidr_block_associations.values()
        if block["ipv6CidrBlockState"]["State"] == "associated"
    ]


def _subnet_modified(self: Any) -> Any:
    subnet: Any = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
    options = subnet.private_dns_name_options_on_launch
    if (wanted := self._get_param("EnableDns64.Value")) is not None:
        subnet.enable_dns64 = wanted
    if (wanted := self._get_param("EnableResourceNameDnsAAAARecordOnLaunch.Value")) is not None:
        options["EnableResourceNameDnsAAAARecord"] = wanted
    if wanted := self._get_param("PrivateDnsHostnameTypeOnLaunch"):
        options["HostnameType"] = wanted
    return _modify_subnet(self)


def _endpoint_modified(self: Any) -> Any:
    if (wanted := self._get_bool_param("PrivateDnsEnabled")) is not None:
        [endpoint] = self.ec2_backend.describe_vpc_endpoints([self._get_param("VpcEndpointId")])
        endpoint.private_dns_enabled = wanted
    return _modify_endpoint(self)


def _made(self: Any, *args: Any, **kwargs: Any) -> None:
    _make_rule(self, *args, **kwargs)
    asked = inspect.signature(_make_rule).bind(self, *args, **kwargs).arguments
    self.bulkhead_description = (asked.get("prefix_list_id") or {}).get("Description")


def _description(self: Any) -> str | None:
    """Return the description, whatever the source of the rule is."""
    places = (self.ip_range, self.source_group)
    found = next((place["Description"] for place in places if place.get("Description")), None)
    return found or getattr(self, "bulkhead_description", None)


def _rules_modified(self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
    """Change sources other than IPv4 blocks too."""
    _modify_rules(self, group_id, rules)
    group = self.get_security_group_by_name_or_id(group_id)
    for name, wanted in rules.items():
        rule = group.get_rule(name)
        if not {"CidrIp", "CidrIpv6"} & rule.ip_range.keys():
            text = rule.ip_range.pop("Description", "")
            if rule.source_group:
                rule.source_group["Description"] = text
            else:
                rule.bulkhead_description = text
        if block := wanted.get("CidrIpv6"):
            rule.ip_range["CidrIpv6"] = block
        if prefixes := wanted.get("PrefixListId"):
            rule.prefix_list_id = prefixes
        if other := wanted.get("ReferencedGroupId"):
            rule.source_group["GroupId"] = other
