"""Backups of every store, and who can delete them."""

import pytest

from components.args import InvalidArgError
from components.data.backup_plan import BackupCopies, BackupPlan, BackupPlanArgs, VaultLock
from components.data.restore_tests import RestoreNetwork
from tests.alarm_routing import ALARMS

LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"


def _made(build, **changes):
    given = {
        "environment": "prod-eu",
        "account_id": "123456789012",
        "key_arn": "arn:key",
        "alarms": ALARMS,
    }
    return build(lambda: BackupPlan("backups", BackupPlanArgs(**{**given, **changes})))


def test_every_store_of_a_service_is_backed_up_every_night(build):
    made = _made(build)

    [plan] = made.all("aws:backup/plan:Plan")
    assert plan.inputs["rules"] == [
        {
            "ruleName": "nightly",
            "targetVaultName": "backups-vault",
            "schedule": "cron(0 2 * * ? *)",
            "startWindow": 60,
            "completionWindow": 720,
            "lifecycle": {"deleteAfter": 35},
        }
    ]
    [selection] = made.all("aws:backup/selection:Selection")
    assert selection.inputs == {
        "planId": "backups-plan-id",
        "iamRoleArn": "arn:aws:test:::backups-role",
        "resources": [
            "arn:aws:dynamodb:*:*:table/*",
            "arn:aws:elasticfilesystem:*:*:file-system/*",
            "arn:aws:rds:*:*:cluster:*",
            "arn:aws:rds:*:*:db:*",
            "arn:aws:s3:::*",
        ],
        "conditions": [
            {
                "stringEquals": [{"key": "aws:ResourceTag/environment", "value": "prod-eu"}],
                "stringNotEquals": [{"key": "aws:ResourceTag/service", "value": "platform"}],
            }
        ],
    }


@pytest.mark.parametrize(
    ("lock", "locks"),
    [
        (VaultLock.NONE, []),
        (VaultLock.GOVERNANCE, [{"backupVaultName": "backups-vault", "minRetentionDays": 35}]),
        (
            VaultLock.COMPLIANCE,
            [
                {
                    "backupVaultName": "backups-vault",
                    "minRetentionDays": 35,
                    "changeableForDays": 3,
                }
            ],
        ),
    ],
)
def test_a_locked_vault_keeps_its_backups(build, lock, locks):
    made = _made(build, lock=lock)

    vault = made.one("aws:backup/vault:Vault", "backups-vault")
    assert (vault.inputs["kmsKeyArn"], vault.inputs["forceDestroy"]) == ("arn:key", not locks)
    assert made.request(vault).protect is bool(locks)
    assert [one.inputs for one in made.all(LOCK)] == locks


@pytest.mark.parametrize(("tests", "types"), [(True, ["DynamoDB", "EFS", "S3"]), (False, [])])
def test_restores_are_tested_where_the_environment_says_so(build, tests, types):
    made = _made(build, restore_tests=tests)

    plans = made.all("aws:backup/restoreTestingPlan:RestoreTestingPlan")
    assert [one.inputs["name"] for one in plans] == ["prod_eu_restore_tests"] * tests
    selections = made.all("aws:backup/restoreTestingSelection:RestoreTestingSelection")
    assert [one.inputs["protectedResourceType"] for one in selections] == types


def test_databases_are_restored_where_nobody_reaches_them(build):
    network = RestoreNetwork(vpc_id="vpc-1", subnet_ids=["a", "b"])

    made = _made(build, restore_network=network)

    selections = {
        one.inputs["protectedResourceType"]: one.inputs.get("restoreMetadataOverrides")
        for one in made.all("aws:backup/restoreTestingSelection:RestoreTestingSelection")
    }
    place = {
        "dbSubnetGroupName": "backups-restores-subnets",
        "vpcSecurityGroupIds": '["backups-restores-group-id"]',
    }
    without = dict.fromkeys(("DynamoDB", "EFS", "S3"))
    assert selections == {**without, "Aurora": place, "RDS": place}
    assert made.one("aws:rds/subnetGroup:SubnetGroup", "backups-restores-subnets").inputs[
        "subnetIds"
    ] == ["a", "b"]
    group = made.one("aws:ec2/securityGroup:SecurityGroup", "backups-restores-group")
    assert (group.inputs["vpcId"], group.inputs.keys() & {"ingress", "egress"}) == ("vpc-1", set())


def test_a_retention_is_one_that_aws_backup_offers():
    with pytest.raises(InvalidArgError, match="use 1 to 36500"):
        BackupPlanArgs(
            environment="e", account_id="1", key_arn="k", alarms=ALARMS, retention_days=0
        )


def test_a_second_region_gets_a_copy_of_each_backup(build):
    made = _made(build, copies=BackupCopies(region="eu-central-1", key_arn="arn:other-key"))

    copies = made.one("aws:backup/vault:Vault", "backups-copies-vault")
    lock = made.one(LOCK, "backups-copies-lock")
    [plan] = made.all("aws:backup/plan:Plan")
    role = made.one("aws:iam/rolePolicy:RolePolicy", "backups-role-policy")
    assert (copies.inputs["region"], copies.inputs["kmsKeyArn"]) == (
        "eu-central-1",
        "arn:other-key",
    )
    assert (lock.inputs["region"], lock.inputs["minRetentionDays"]) == ("eu-central-1", 35)
    assert plan.inputs["rules"][0]["copyActions"] == [
        {
            "destinationVaultArn": "arn:aws:test:::backups-copies-vault",
            "lifecycle": {"deleteAfter": 35},
        }
    ]
    assert "arn:other-key" in role.inputs["policy"]
