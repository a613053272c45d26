"""Rules on KMS keys."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.iam import public_access
from policy.engine.remediation import changed_inputs
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import is_false, is_not_true, number

EXTERNAL_KEY = "aws:kms/externalKey:ExternalKey"
REPLICA_EXTERNAL_KEY = "aws:kms/replicaExternalKey:ReplicaExternalKey"
REPLICA_KEY = "aws:kms/replicaKey:ReplicaKey"


@rule(aws.KMS_KEY, remediate=lambda found: changed_inputs(found, {"enableKeyRotation": True}))
@classify("security", "identity", "medium", "mandatory")
def kms_rotation(key: Resource) -> Messages:
    """Symmetric keys must be rotated.

    Rotation limits the amount of data encrypted with one version of the key.

    References: Security Hub KMS.4, CIS 3.0 3.6, CIS 7.0 4.6,
    Config cmk-backing-key-rotation-enabled, Checkov CKV_AWS_7, cdk-nag AwsSolutions-KMS5
    Remediation: Set enable_key_rotation to True.
    """
    symmetric = key.get("customerMasterKeySpec") in (None, "", "SYMMETRIC_DEFAULT")
    encrypts = key.get("keyUsage") in (None, "", "ENCRYPT_DECRYPT")
    if not symmetric or not encrypts or not key.is_missing("customKeyStoreId"):
        return
    if is_not_true(key.get("enableKeyRotation")):
        yield f"The key '{key.name}' must be rotated: set enable_key_rotation=True."


@rule(aws.KMS_KEY, aws.KMS_KEY_POLICY, REPLICA_KEY, EXTERNAL_KEY, REPLICA_EXTERNAL_KEY)
@classify("security", "identity", "critical", "mandatory")
def kms_policy_no_open_principal(key: Resource) -> Messages:
    """Key policies must not allow every principal.

    Anyone who can use a key can read the data encrypted with it.

    References: FSBP KMS.5, CIS 7.0 2.21, Config kms-key-policy-no-public-access, Checkov CKV_AWS_33
    """
    return public_access(key, "policy of the key", "accounts or roles as Principal")


@rule(
    aws.KMS_KEY,
    REPLICA_KEY,
    params={"minDays": 14},
    remediate=lambda key: {"deletionWindowInDays": key.params["minDays"]},
)
@classify("security", "identity", "medium", "mandatory")
def kms_deletion_window(key: Resource) -> Messages:
    """Keys must have a long enough waiting period before deletion.

    Data encrypted with a deleted key cannot be recovered. The waiting period allows the deletion to
    be cancelled.

    References: FSBP KMS.3, Config kms-cmk-not-scheduled-for-deletion
    Remediation: Raise deletion_window_in_days to the minimum.
    """
    days, wanted = key.get("deletionWindowInDays"), int(key.params["minDays"])
    given = number(days)
    if given is not None and given < wanted:
        yield (
            f"The key '{key.name}' must have a waiting period of {wanted} days or more before"
            f" deletion: set deletion_window_in_days={wanted}."
        )


@rule(aws.KMS_KEY, REPLICA_KEY)
@classify("security", "identity", "medium", "mandatory")
def kms_key_enabled(key: Resource) -> Messages:
    """Keys must be enabled.

    Data encrypted with a disabled key cannot be read.

    References: Checkov CKV_AWS_227
    """
    replica = key.type == REPLICA_KEY
    if is_false(key.get("enabled" if replica else "isEnabled")):
        argument = "enabled" if replica else "is_enabled"
        yield f"The key '{key.name}' must be enabled: set {argument}=True."


@stack_rule(aws.KMS_KEY, aws.KMS_KEY_POLICY)
@classify("security", "identity", "low", "advisory")
def kms_key_has_policy(stack: Stack) -> Findings:
    """Keys must have an explicit key policy.

    The default key policy lets any IAM policy in the account grant access to the key.

    References: Checkov CKV2_AWS_64
    """
    for key in stack.of_type(aws.KMS_KEY):
        if key.is_missing("policy") and stack.has_no_referrer(key, "keyId", aws.KMS_KEY_POLICY):
            yield key.finding(f"The key '{key.name}' must have an explicit key policy: set policy.")


@stack_rule(aws.KMS_KEY, aws.KMS_ALIAS)
@classify("security", "identity", "low", "advisory")
def kms_key_has_alias(stack: Stack) -> Findings:
    """Keys must have an alias.

    An alias identifies the purpose of a key; a key ID does not.
    """
    for key in stack.of_type(aws.KMS_KEY):
        if stack.has_no_referrer(key, "targetKeyId", aws.KMS_ALIAS):
            yield key.finding(
                f"The key '{key.name}' must have an alias: add an aws.kms.Alias with its"
                " target_key_id."
            )
