"""AWS Backup: vaults and their locks, plans, selections, and tests of restores."""

from __future__ import annotations

from typing import Any

from localcloud.provider import made_up
from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Mode, Naming, Row, each

NAME = r"[a-zA-Z0-9\-_]{2,50}"
PLAIN = r"[a-zA-Z0-9_]{1,50}"


def _recorded(type_: str, inputs: dict[str, Input], name: Naming | None = None) -> Row:
    more: dict[str, Any] = {"create": made_up.id_of, "computed": made_up.outputs}
    return Row(
        type=f"aws:backup/{type_}",
        service="backup",
        mode=Mode.RECORDED,
        inputs={**each(REPLACE, "region"), **inputs},
        name=name,
        **more,
    )


VAULT = _recorded(
    "vault:Vault",
    {
        **each(REPLACE, "kmsKeyArn"),
        **each(UPDATE, "forceDestroy", state_only=True),
        **each(UPDATE, "tags"),
        "name": Input(REPLACE, limit=Limit(pattern=NAME)),
    },
    Naming(max_length=50),
)

VAULT_LOCK = _recorded(
    "vaultLockConfiguration:VaultLockConfiguration",
    {
        **each(REPLACE, "backupVaultName"),
        "changeableForDays": Input(UPDATE, limit=Limit(3)),
        "maxRetentionDays": Input(UPDATE, limit=Limit(1, 36_500)),
        "minRetentionDays": Input(UPDATE, limit=Limit(1, 36_500)),
    },
)

PLAN = _recorded(
    "plan:Plan",
    {
        **each(UPDATE, "advancedBackupSettings rules scanSettings tags"),
        "name": Input(UPDATE, limit=Limit(pattern=r"[a-zA-Z0-9\-_.]{1,50}")),
    },
    Naming(max_length=50),
)

SELECTION = _recorded(
    "selection:Selection",
    {
        **each(REPLACE, "conditions iamRoleArn notResources planId resources selectionTags"),
        "name": Input(REPLACE, limit=Limit(pattern=r"[a-zA-Z0-9\-_.]{1,50}")),
    },
    Naming(max_length=50),
)

RESTORE_TESTING_PLAN = _recorded(
    "restoreTestingPlan:RestoreTestingPlan",
    {
        **each(UPDATE, "recoveryPointSelection scheduleExpression scheduleExpressionTimezone tags"),
        "startWindowHours": Input(UPDATE, limit=Limit(1, 168)),
        "name": Input(REPLACE, limit=Limit(pattern=PLAIN)),
    },
)

RESTORE_TESTING_SELECTION = _recorded(
    "restoreTestingSelection:RestoreTestingSelection",
    {
        **each(
            UPDATE,
            """iamRoleArn protectedResourceArns protectedResourceConditions
            restoreMetadataOverrides""",
        ),
        **each(REPLACE, "protectedResourceType restoreTestingPlanName"),
        "validationWindowHours": Input(UPDATE, limit=Limit(1, 168)),
        "name": Input(REPLACE, limit=Limit(pattern=PLAIN)),
    },
)

ROWS = (VAULT, VAULT_LOCK, PLAN, SELECTION, RESTORE_TESTING_PLAN, RESTORE_TESTING_SELECTION)
