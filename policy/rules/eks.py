"""Rules on EKS clusters."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.keys import is_customer_managed_key
from policy.engine.network import is_any_address
from policy.engine.requirement import require_value
from policy.engine.resource import values_at
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_false, is_missing

OPEN_ID_CONNECT_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
POD_IDENTITY_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ADDON = "aws:eks/addon:Addon"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"


@require_value(aws.EKS_CLUSTER, path="accessConfig.authenticationMode", value="API")
@classify("security", "identity", "medium", "advisory")
def eks_access_entries() -> None:
    """EKS clusters must grant access through access entries only.

    Access entries are managed and audited through the AWS API; the aws-auth config map is not.
    """


@stack_rule(aws.EKS_CLUSTER, POD_IDENTITY_ASSOCIATION, OPEN_ID_CONNECT_PROVIDER)
@classify("security", "identity", "medium", "advisory")
def eks_workload_identity(stack: Stack) -> Findings:
    """EKS clusters must support IAM roles for pods.

    Without IAM roles for pods, every pod has the permissions of the node role.
    """
    for cluster in stack.of_type(aws.EKS_CLUSTER):
        issuers = values_at(cluster.props, "identities.oidcs.issuer")
        by_issuer = any(
            one.get("url") in issuers or stack.refers_to(one, "url", cluster)
            for one in stack.of_type(OPEN_ID_CONNECT_PROVIDER)
        )
        if not by_issuer and stack.has_no_referrer(
            cluster, "clusterName", POD_IDENTITY_ASSOCIATION
        ):
            yield cluster.finding(
                f"The EKS cluster '{cluster.name}' must support IAM roles for pods: add an"
                " aws.eks.PodIdentityAssociation with its cluster_name."
            )


@rule(
    aws.EKS_CLUSTER,
    params={"required": ["api", "audit", "authenticator", "controllerManager", "scheduler"]},
    remediate=lambda cluster: {"enabledClusterLogTypes": list(cluster.params["required"])},
)
@classify("audit", "observability", "medium", "mandatory")
def eks_control_plane_logs(cluster: Resource) -> Messages:
    """EKS clusters must have control plane logs.

    Control plane logs record who called the Kubernetes API. They are disabled by default.

    References: FSBP EKS.8, Config eks-cluster-log-enabled, Checkov CKV_AWS_37,
    cdk-nag AwsSolutions-EKS2
    Remediation: Set enabled_cluster_log_types to all of the required ones.
    """
    types = cluster.get("enabledClusterLogTypes")
    found = as_list(types)
    lacking = [one for one in cluster.params["required"] if one not in found]
    if lacking and types is not UNKNOWN and UNKNOWN not in found:
        yield (
            f"The EKS cluster '{cluster.name}' must have control plane logs: add"
            f" {', '.join(lacking)} to enabled_cluster_log_types."
        )


@stack_rule(
    aws.EKS_CLUSTER, ADDON, params={"addons": ["amazon-cloudwatch-observability", "fluent-bit"]}
)
@classify("architecture", "observability", "medium", "advisory")
def eks_logs_shipped(stack: Stack) -> Findings:
    """EKS clusters must ship the logs of their pods.

    Without a log collector, pod logs are lost when the pod is deleted.
    """
    addons = stack.params["addons"]

    def ships(addon: Resource) -> bool:
        return addon.get("addonName") in (*addons, UNKNOWN)

    for cluster in stack.of_type(aws.EKS_CLUSTER):
        if stack.has_no_referrer(cluster, "clusterName", ADDON, where=ships):
            yield cluster.finding(
                f"The EKS cluster '{cluster.name}' must ship the logs of its pods: add an Addon"
                f' with addon_name "{addons[0]}".'
            )


@rule(aws.EKS_CLUSTER)
@classify("security", "network", "high", "mandatory")
def eks_endpoint_not_open(cluster: Resource) -> Messages:
    """Endpoints of EKS clusters must be private, or public for listed addresses only.

    A public API endpoint exposes the cluster to attacks from the whole internet.

    References: FSBP EKS.1, Config eks-endpoint-no-public-access, Checkov CKV_AWS_38,
    Checkov CKV_AWS_39, cdk-nag AwsSolutions-EKS1
    """
    public = cluster.get("vpcConfig.endpointPublicAccess")
    if public is UNKNOWN or is_false(public):
        return
    allowed = cluster.get("vpcConfig.publicAccessCidrs")
    if is_missing(allowed) or any(is_any_address(one) for one in as_list(allowed)):
        yield (
            f"The endpoint of the EKS cluster '{cluster.name}' must not be open to the internet:"
            " set vpc_config.endpoint_public_access=False, or name CIDRs in"
            " vpc_config.public_access_cidrs."
        )


@rule(NODE_GROUP)
@classify("security", "network", "critical", "mandatory")
def eks_nodes_no_open_ssh(nodes: Resource) -> Messages:
    """Node groups with SSH keys must restrict SSH to security groups.

    Without source security groups, EKS opens port 22 of the nodes to the internet.

    References: Checkov CKV_AWS_100
    """
    with_key = not nodes.is_missing("remoteAccess.ec2SshKey")
    if with_key and nodes.is_missing("remoteAccess.sourceSecurityGroupIds"):
        yield (
            f"The node group '{nodes.name}' must restrict SSH to security groups: set"
            " remote_access.source_security_group_ids, or remove remote_access.ec2_ssh_key."
        )


@rule(aws.EKS_CLUSTER)
@classify("security", "compute", "medium", "mandatory")
def eks_secrets_own_key(cluster: Resource) -> Messages:
    """EKS clusters must encrypt secrets with a customer managed key.

    A customer managed key adds envelope encryption to Kubernetes secrets and controls who can
    decrypt them.

    References: FSBP EKS.3, Config eks-cluster-secrets-encrypted, Config eks-secrets-encrypted,
    Checkov CKV_AWS_58
    """
    config = cluster.get("encryptionConfig")
    resources = cluster.get("encryptionConfig.resources")
    known_without = resources is not UNKNOWN and "secrets" not in as_list(resources)
    if UNKNOWN in as_list(resources) or config is UNKNOWN:
        return
    key = cluster.get("encryptionConfig.provider.keyArn")
    if known_without or not is_customer_managed_key(key):
        yield (
            f"The EKS cluster '{cluster.name}' must encrypt its secrets with a customer managed"
            ' key: set encryption_config with resources=["secrets"] and provider.key_arn.'
        )


@rule(aws.EKS_CLUSTER, NODE_GROUP, params={"minimum": "1.32"})
@classify("architecture", "compute", "high", "mandatory")
def eks_version_supported(cluster: Resource) -> Messages:
    """EKS clusters and node groups must run a supported version.

    Versions in extended support cost six times as much, and unsupported versions get no security
    fixes.

    References: FSBP EKS.2 (eks/cluster), FSBP EKS.9 (eks/nodeGroup),
    Config eks-cluster-supported-version, Config eks-nodegroup-supported-version-check,
    Checkov CKV_AWS_339
    """
    version = cluster.get("version")
    minimum = str(cluster.params["minimum"])
    if isinstance(version, str) and _is_older(version, minimum):
        yield (
            f"The EKS cluster '{cluster.name}' must run a supported version: set version to"
            f" {minimum} or later."
        )


def _is_older(version: str, minimum: str) -> bool:
    """Compare versions number by number; an invalid version is not older."""
    try:
        found = [int(part) for part in version.split(".")]
        wanted = [int(part) for part in minimum.split(".")]
    except ValueError:
        return False
    return found < wanted
