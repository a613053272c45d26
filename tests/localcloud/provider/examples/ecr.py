"""Examples of image repositories."""

from __future__ import annotations

import json

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow


def keep(count: int) -> str:
    selection = {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": count}
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    return json.dumps({"rules": [rule]})


SECRET = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:ecr-pullthroughcache/hub"

EXAMPLES = (
    Example(
        type="aws:ecr/repository:Repository",
        inputs=lambda _: {
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "encryptionConfigurations": [{"encryptionType": "AES256"}],
            "tags": {"kind": "example"},
        },
        outputs={"imageTagMutability": "IMMUTABLE", "registryId": "000000000000"},
        update={
            "imageTagMutability": "MUTABLE",
            "imageScanningConfiguration": {"scanOnPush": False},
            "tags": {"kind": "changed"},
        },
        values=lambda _: {
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": [{"filter": "v*", "filterType": "WILDCARD"}],
        },
        together=("imageTagMutability imageTagMutabilityExclusionFilters",),
        bad={"name": "No Spaces", "imageTagMutability": "SOMETIMES"},
    ),
    Example(
        type="aws:ecr/lifecyclePolicy:LifecyclePolicy",
        inputs=lambda stage: {
            "repository": stage.make("aws:ecr/repository:Repository")["name"],
            "policy": keep(10),
        },
        bad={"policy": "{"},
    ),
    Example(
        type="aws:ecr/repositoryPolicy:RepositoryPolicy",
        inputs=lambda stage: {
            "repository": stage.make("aws:ecr/repository:Repository")["name"],
            "policy": allow("ecr:BatchGetImage", None),
        },
        update={"policy": allow("ecr:GetDownloadUrlForLayer", None)},
        bad={"policy": "{"},
    ),
    Example(
        type="aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
        inputs=lambda stage: {
            "ecrRepositoryPrefix": f"hub{stage.number()}",
            "upstreamRegistryUrl": "registry-1.docker.io",
            "credentialArn": f"{SECRET}-one",
        },
        update={"credentialArn": f"{SECRET}-two"},
        values=lambda _: {"customRoleArn": "arn:aws:iam::000000000000:role/pull"},
        kept="credentialArn customRoleArn",
        bad={"ecrRepositoryPrefix": "UPPER", "credentialArn": "secret"},
    ),
)
