"""Examples of secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.localcloud.provider.example import Example
from tests.localcloud.provider.examples.documents import allow

if TYPE_CHECKING:
    from tests.localcloud.provider.stage import Stage

SECRET = "aws:secretsmanager/secret:Secret"
FUNCTION = "aws:lambda/function:Function"


def rotation(stage: Stage) -> dict:
    stage.make("aws:secretsmanager/secretVersion:SecretVersion")
    return {
        "secretId": stage.make(SECRET)["id"],
        "rotationLambdaArn": stage.make(FUNCTION)["arn"],
        "rotationRules": {"automaticallyAfterDays": 30},
        "rotateImmediately": False,
    }


EXAMPLES = (
    Example(
        type=SECRET,
        inputs=lambda _: {"description": "orders", "tags": {"kind": "example"}},
        update={"description": "all orders", "tags": {"kind": "changed"}},
        optional=lambda _: {
            "kmsKeyId": "alias/orders",
            "policy": allow("secretsmanager:GetSecretValue"),
        },
        bad={"name": "no spaces", "recoveryWindowInDays": 3},
    ),
    Example(
        type="aws:secretsmanager/secretVersion:SecretVersion",
        inputs=lambda stage: {"secretId": stage.make(SECRET)["id"], "secretString": "{}"},
        values=lambda _: {"versionStages": ["AWSCURRENT", "blue"]},
        bad={"secretBinary": "e30="},
        lasting="AWS keeps the current version of a secret as long as the secret",
    ),
    Example(
        type="aws:secretsmanager/secretRotation:SecretRotation",
        inputs=rotation,
        update={"rotationRules": {"automaticallyAfterDays": 60}},
        values=lambda stage: {"rotationLambdaArn": f"{stage.make(FUNCTION)['arn']}:$LATEST"},
        kept="rotateImmediately rotationLambdaArn rotationRules",
        bad={"rotationRules": {"automaticallyAfterDays": 2000}},
    ),
)
