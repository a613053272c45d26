"""The provider names that the server answers, and why it rejects the others."""

from __future__ import annotations

from typing import Final

SERVED: Final = ("random", "tls")

_COMPONENTS: Final = (
    "a package of components with a plugin of its own: write their resources with pulumi_aws"
)
_ACCOUNT: Final = (
    "manages a real account, which a deployment to the local cloud must not change: create these "
    "resources only in other stacks"
)

REJECTED: Final = {
    "auth0": _ACCOUNT,
    "aws-apigateway": f"is {_COMPONENTS} (aws.apigatewayv2 or aws.apigateway)",
    "aws-native": (
        "calls the Cloud Control API of a real AWS account: write the resources with pulumi_aws"
    ),
    "awsx": f"is {_COMPONENTS} (awsx.ec2.Vpc: aws.ec2.Vpc, Subnet, RouteTable)",
    "azure-native": _ACCOUNT,
    "cloudflare": _ACCOUNT,
    "command": (
        "runs commands on this machine or over SSH, and the local cloud does not run commands of a "
        "program unasked: run them yourself and pass their results by configuration"
    ),
    "confluentcloud": _ACCOUNT,
    "datadog": _ACCOUNT,
    "digitalocean": _ACCOUNT,
    "docker": (
        "needs a container engine, which the local cloud does without: pass the URI of an image by "
        "configuration"
    ),
    "docker-build": (
        "needs a container engine with BuildKit, which the local cloud does without: pass the URI "
        "of an image by configuration"
    ),
    "eks": f"is {_COMPONENTS}, and its nodes need EC2 instances that run",
    "gcp": _ACCOUNT,
    "github": _ACCOUNT,
    "gitlab": _ACCOUNT,
    "kubernetes": (
        "needs a Kubernetes cluster, which the local cloud does not have: run containers with "
        "aws.ecs.Service, or create these resources only in other stacks"
    ),
    "mongodbatlas": _ACCOUNT,
    "mysql": (
        "needs a MySQL server, which the local cloud does not have: create its databases and users "
        "only in other stacks"
    ),
    "newrelic": _ACCOUNT,
    "okta": _ACCOUNT,
    "pagerduty": _ACCOUNT,
    "postgresql": (
        "connects to a server that its configuration names, which may be a real one: create its "
        "databases and roles only in other stacks"
    ),
    "pulumiservice": (
        "manages Pulumi Cloud, and the local cloud keeps its state without it: create these "
        "resources only in other stacks"
    ),
    "snowflake": _ACCOUNT,
}
"""Provider -> what it is or needs, and what to write instead."""

NAMES: Final = (*SERVED, *REJECTED)


def package_of(token: str) -> str:
    """Return the provider of a type or function: of `pulumi:providers:tls` it is `tls`."""
    parts = token.split(":")
    return parts[-1] if parts[:2] == ["pulumi", "providers"] else parts[0]


def rejection(name: str) -> str:
    """Return why the provider *name* is rejected, in one sentence; "" when it is served."""
    if name in SERVED:
        return ""
    reason = REJECTED.get(name, "is not served: leave its resources out of this stack")
    return f'the provider "{name}" {reason}'
