"""ECR: image repositories and lifecycle policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties


def change_repository(context: Context) -> None:
    """Change tag mutability and image scanning."""
    keys = {"repositoryName": "id"}
    if context.changed & {"imageTagMutability", "imageTagMutabilityExclusionFilters"}:
        given = context.inputs.get("imageTagMutability", "MUTABLE")
        fixed = {"imageTagMutability": given}
        only = "imageTagMutabilityExclusionFilters"
        context.call_with_inputs(
            Op(name="PutImageTagMutability", keys=keys, only=only, fixed=fixed)
        )
    if "imageScanningConfiguration" in context.changed:
        block = context.inputs.get("imageScanningConfiguration") or {}
        wanted = {"scanOnPush": bool(block.get("scanOnPush"))}
        fixed = {"imageScanningConfiguration": wanted}
        context.call_with_keys(Op(name="PutImageScanningConfiguration", keys=keys, fixed=fixed))


def remove_repository(context: Context) -> None:
    """Delete the repository, with its images only if `forceDelete` is set."""
    force = bool(context.get("forceDelete"))
    context.call("DeleteRepository", repositoryName=context.id, force=force)


def document(context: Context) -> Properties:
    """Return the lifecycle policy as a string."""
    policy = context.inputs["policy"]
    return {"lifecyclePolicyText": policy if isinstance(policy, str) else json.dumps(policy)}


def check_policy(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ECR's constraints on a lifecycle policy."""
    policy = inputs.get("policy")
    if not isinstance(policy, str):
        return
    try:
        found = json.loads(policy)
    except ValueError as error:
        yield CheckFailure("policy", f"is not valid JSON: {error}")
        return
    rules = found.get("rules") if isinstance(found, dict) else None
    if not isinstance(rules, list) or not rules:
        yield CheckFailure("policy", "has no rules: write at least one")


REPOSITORY = Row(
    type="aws:ecr/repository:Repository",
    service="ecr",
    inputs={
        **each(UPDATE, "imageScanningConfiguration imageTagMutabilityExclusionFilters tags"),
        "imageTagMutability": Input(UPDATE, default="MUTABLE"),
        **each(UPDATE, "forceDelete", state_only=True),
        "encryptionConfigurations": Input(REPLACE, reset=[{"encryptionType": "AES256"}]),
        "region": Input(REPLACE),
        "name": Input(
            REPLACE,
            limit=Limit(
                min_length=2,
                max_length=256,
                pattern=r"[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*",
            ),
        ),
    },
    name=Naming(max_length=256, lower=True),
    create=Op(name="CreateRepository"),
    id="repository.repositoryName",
    read=Op(name="DescribeRepositories", keys={"repositoryNames": "id"}, result="repositories[0]"),
    update=change_repository,
    delete=remove_repository,
    tags=Tagging(
        tag="TagResource",
        untag="UntagResource",
        read="ListTagsForResource",
        keys={"resourceArn": "arn"},
    ),
    outputs={"repositoryUrl": "repositoryUri"},
)

LIFECYCLE_POLICY = Row(
    type="aws:ecr/lifecyclePolicy:LifecyclePolicy",
    service="ecr",
    inputs={
        **each(REPLACE, "policy region repository"),
    },
    delete_before_replace=True,
    create=Op(name="PutLifecyclePolicy", rename={"policy": ""}, extra=document),
    id="repositoryName",
    read=Op(name="GetLifecyclePolicy", keys={"repositoryName": "id"}),
    delete=Op(name="DeleteLifecyclePolicy", keys={"repositoryName": "id"}),
    outputs={"policy": "lifecyclePolicyText"},
    check=check_policy,
)

ROWS = (REPOSITORY, LIFECYCLE_POLICY)
