"""The secrets of services in Secrets Manager, found by their tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, HTTPClientError

from localcloud import clients
from ops import deployed
from ops.clients import client as of_environment
from ops.environment import LOCAL
from ops.errors import CommandError
from spec.catalogue import load_catalogue
from spec.faults import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localcloud.layout import Layout
    from ops.deployed import Resource
    from spec.inputs import Secret

SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type
TAG = "secret"
CURRENT = "AWSCURRENT"


def client(layout: Layout, environment: str) -> Any:
    """Return a client of the Secrets Manager of *environment*; raises CommandError."""
    return of_environment(layout, environment, "secretsmanager")


def find(secrets: Any, environment: str, service: str, name: str) -> str:
    """Return the ARN of a service's secret; raises CommandError if it is not deployed."""
    wanted = {("environment", environment), ("service", service), (TAG, name)}
    filters = [{"Key": "tag-key", "Values": [TAG]}, {"Key": "tag-value", "Values": [name]}]
    for page in secrets.get_paginator("list_secrets").paginate(Filters=filters):
        for one in page["SecretList"]:
            if wanted <= {(tag["Key"], tag["Value"]) for tag in one.get("Tags", ())}:
                return one["ARN"]
    up = "bulkhead up" if environment == LOCAL else f"pulumi up --stack {environment}"
    raise CommandError(
        f"{environment} has no secret {name} of {service} yet. Deploy it, then set it: {up}"
    )


def require_described(folder: Path, service: str, name: str) -> Secret:
    """Return the secret in the file of a service; raises CommandError if it has none."""
    try:
        described = load_catalogue(folder).services
    except SpecError as error:
        raise CommandError(str(error)) from error
    if service not in described:
        raise CommandError(f"There is no service {service!r}. Write one of: {', '.join(described)}")
    known = described[service].secrets
    if name not in known:
        raise CommandError(
            f"{service} has no secret {name!r}. Its secrets are: {', '.join(known) or 'none'}."
            " Describe it in service.yaml:\n"
            f"secrets: {{{name}: {{max_age: 90 days}}}}"
        )
    return known[name]


def has_value(secrets: Any, arn: str) -> bool:
    """Return whether the secret has a current version."""
    versions = secrets.list_secret_version_ids(SecretId=arn)["Versions"]
    return any(CURRENT in version.get("VersionStages", ()) for version in versions)


def without_value(layout: Layout, found: Mapping[str, Resource]) -> list[tuple[str, str]]:
    """Return service and name of each deployed secret of a service that has no value."""
    own = [one for one in deployed.of_type(found, SECRET) if TAG in _tags(one)]
    try:
        secrets = clients.client(layout, "secretsmanager")
        empty = [one for one in own if not has_value(secrets, one.id)]
    except (ClientError, HTTPClientError):
        return []  # the control plane restarts; the next run tells
    return sorted((deployed.microservice(found, one), _tags(one)[TAG]) for one in empty)


def _tags(one: Resource) -> dict[str, str]:
    return one.properties.get("tags") or {}
