"""Examples of backup plans."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

VAULT = "aws:backup/vault:Vault"
PLAN = "aws:backup/plan:Plan"
RESTORE_TESTS = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
ROLE = "aws:iam/role:Role"


def rule(vault: str, days: int) -> dict:
    return {"ruleName": "nightly", "targetVaultName": vault, "lifecycle": {"deleteAfter": days}}


EXAMPLES = (
    Example(
        type=VAULT,
        inputs=lambda stage: {
            "kmsKeyArn": stage.make("aws:kms/key:Key")["arn"],
            "tags": {"kind": "example"},
        },
        update={"tags": {}},
        bad={"name": "a b"},
    ),
    Example(
        type="aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        inputs=lambda stage: {
            "backupVaultName": stage.make(VAULT)["name"],
            "minRetentionDays": 7,
        },
        update={"minRetentionDays": 8},
        bad={"minRetentionDays": 0, "changeableForDays": 1},
    ),
    Example(
        type=PLAN,
        inputs=lambda stage: {"rules": [rule(stage.make(VAULT)["name"], 7)]},
        update={"rules": [rule("another", 8)]},
        bad={"name": "a b"},
    ),
    Example(
        type="aws:backup/selection:Selection",
        inputs=lambda stage: {
            "planId": stage.make(PLAN)["id"],
            "iamRoleArn": stage.make(ROLE)["arn"],
            "resources": ["arn:aws:dynamodb:*:*:table/*"],
        },
        bad={"name": "a b"},
    ),
    Example(
        type=RESTORE_TESTS,
        inputs=lambda _: {
            "name": "weekly",
            "scheduleExpression": "cron(0 6 ? * SUN *)",
            "recoveryPointSelection": {
                "algorithm": "LATEST_WITHIN_WINDOW",
                "includeVaults": ["*"],
                "recoveryPointTypes": ["SNAPSHOT"],
            },
        },
        update={"scheduleExpression": "cron(0 7 ? * SUN *)"},
        bad={"name": "a-b"},
    ),
    Example(
        type="aws:backup/restoreTestingSelection:RestoreTestingSelection",
        inputs=lambda stage: {
            "name": "tables",
            "restoreTestingPlanName": stage.make(RESTORE_TESTS)["name"],
            "protectedResourceType": "DynamoDB",
            "protectedResourceArns": ["*"],
            "iamRoleArn": stage.make(ROLE)["arn"],
        },
        update={"validationWindowHours": 2},
        bad={"name": "a-b"},
    ),
)
