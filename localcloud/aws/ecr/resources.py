"""ECR: image repositories and lifecycle policies."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from localcloud.provider.documents import json_failures
from localcloud.provider.lookups import LookupFailedError
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
from localcloud.provider.row_lookups import lookup, read
from localcloud.provider.values import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Invoke, Properties


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


def put_repository_policy(context: Context) -> str:
    """Set the policy of a repository."""
    repository = context.inputs["repository"]
    context.call(
        "SetRepositoryPolicy", repositoryName=repository, policyText=context.inputs["policy"]
    )
    return repository


REPOSITORY_POLICY = Row(
    type="aws:ecr/repositoryPolicy:RepositoryPolicy",
    service="ecr",
    inputs={**each(REPLACE, "region repository"), "policy": Input(UPDATE)},
    create=put_repository_policy,
    read=Op(name="GetRepositoryPolicy", keys={"repositoryName": "id"}),
    update=put_repository_policy,
    delete=Op(name="DeleteRepositoryPolicy", keys={"repositoryName": "id"}),
    outputs={"policy": "policyText", "repository": "repositoryName"},
    check=lambda inputs: json_failures(inputs, "policy"),
)


PREFIX = {"ecrRepositoryPrefix": "id"}
CACHE_RULE = Row(
    type="aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
    service="ecr",
    inputs={
        **each(REPLACE, "region upstreamRegistryUrl upstreamRepositoryPrefix"),
        "credentialArn": Input(UPDATE, limit=Limit(pattern=r"arn:[^:]+:secretsmanager:.+")),
        "customRoleArn": Input(UPDATE, limit=Limit(pattern=r"arn:[^:]+:iam::.+")),
        "ecrRepositoryPrefix": Input(
            REPLACE, limit=Limit(min_length=2, max_length=30, pattern=r"ROOT|[a-z0-9._/-]+")
        ),
    },
    create=Op(name="CreatePullThroughCacheRule"),
    id="ecrRepositoryPrefix",
    read=Op(
        name="DescribePullThroughCacheRules",
        keys={"ecrRepositoryPrefixes": "id"},
        result="pullThroughCacheRules[0]",
    ),
    update=Op(name="UpdatePullThroughCacheRule", keys=PREFIX, only="credentialArn customRoleArn"),
    delete=Op(name="DeletePullThroughCacheRule", keys=PREFIX),
)


def authorization_token(context: Context) -> Properties:
    """Return the credentials of the registry, which are secret. No registry runs here."""
    registry = context.inputs.get("registryId") or context.account
    answer = context.call("GetAuthorizationToken", "ecr", registryIds=[registry])
    found = answer["authorizationData"][0]
    token = found["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    return {
        "authorizationToken": Secret(token),
        "expiresAt": found["expiresAt"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "id": context.region,
        "password": Secret(password),
        "proxyEndpoint": found["proxyEndpoint"],
        "region": context.region,
        "registryId": registry,
        "userName": user,
    }


def image(context: Context) -> Properties:
    """Return the one image that the arguments name."""
    inputs = context.inputs
    wanted = {
        key: inputs[key] for key in ("imageDigest", "imageTag") if inputs.get(key) is not None
    }
    name = inputs["repositoryName"]
    ids = {"imageIds": [wanted]} if wanted else {}
    found = context.call("DescribeImages", "ecr", repositoryName=name, **ids)["imageDetails"]
    if not found or (len(found) > 1 and not inputs.get("mostRecent")):
        raise LookupFailedError(f"{len(found)} images in {name} fit: set imageTag or mostRecent")
    one = max(found, key=lambda item: item["imagePushedAt"])
    repository = read(REPOSITORY, context, name)
    return {
        **inputs,
        "id": one["imageDigest"],
        "imageDigest": one["imageDigest"],
        "imagePushedAt": int(one["imagePushedAt"].timestamp()),
        "imageSizeInBytes": one.get("imageSizeInBytes"),
        "imageTags": one.get("imageTags", []),
        "imageUri": f"{repository['repositoryUrl']}@{one['imageDigest']}",
        "region": context.region,
        "registryId": one["registryId"],
    }


def newest_tags(context: Context) -> Properties:
    """Return a repository and the tags of its newest image."""
    [find] = lookup(
        REPOSITORY, "ecr/getRepository", lambda context: context.inputs["name"]
    ).values()
    name = context.inputs["name"]
    found = find(context)
    images = context.call("DescribeImages", "ecr", repositoryName=name)["imageDetails"]
    newest = max(images, key=lambda item: item["imagePushedAt"], default={})
    scanning = found.get("imageScanningConfiguration") or {"scanOnPush": False}
    return {
        **found,
        "mostRecentImageTags": newest.get("imageTags", []),
        "imageScanningConfigurations": [scanning],
    }


INVOKES: dict[str, Invoke] = {
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": authorization_token,
    "aws:ecr/getCredentials:getCredentials": authorization_token,
}
LOOKUPS: dict[str, Invoke] = {
    "aws:ecr/getImage:getImage": image,
    "aws:ecr/getRepository:getRepository": newest_tags,
}
ROWS = (REPOSITORY, LIFECYCLE_POLICY, REPOSITORY_POLICY, CACHE_RULE)
