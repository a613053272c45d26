"""The provider names that the server answers, and why it rejects the others."""

from __future__ import annotations

from typing import Final

SERVED: Final = ("random", "tls")

_COMPONENTS: Final = (
    "is a component package, whose plugin the local cloud does not run: write the resources with "
    "pulumi_aws"
)
_ACCOUNT: Final = (
    "manages a real account, which a deployment to the local cloud must not change: create these "
    "resources only in other stacks"
)

REJECTED: Final = {
    "auth0": _ACCOUNT,
    "aws-apigateway": f"{_COMPONENTS}, as aws.apigatewayv2.Api and its routes",
    "aws-native": (
        "calls the Cloud Control API of a real AWS account: write the resources with pulumi_aws"
    ),
    "awsx": f"{_COMPONENTS}, as aws.ec2.Vpc and aws.ec2.Subnet for awsx.ec2.Vpc",
    "azure-native": _ACCOUNT,
    "cloudflare": _ACCOUNT,
    "command": (
        "runs shell commands on this machine or over SSH, which the local cloud does not do for a "
        "program: run them yourself and pass their output by configuration"
    ),
    "confluentcloud": _ACCOUNT,
    "datadog": _ACCOUNT,
    "digitalocean": _ACCOUNT,
    "docker": (
        "needs a container engine, which the local cloud does without: build the image yourself "
        "and pass its URI by configuration"
    ),
    "docker-build": (
        "needs a container engine with BuildKit, which the local cloud does without: build the "
        "image yourself and pass its URI by configuration"
    ),
    "eks": (
        "is a component package for EKS clusters, which the local cloud does not have: run "
        "containers with aws.ecs.Service, or create these resources only in other stacks"
    ),
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
        "connects to the PostgreSQL server in its configuration, which the local cloud cannot tell "
        "from a real one: create its databases and roles only in other stacks"
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
