"""Rules on resources that use KMS keys."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.buckets import BUCKET_ENCRYPTION
from policy.engine.iam import Statement, allow_statements
from policy.engine.keys import is_aws_managed_key
from policy.engine.log_delivery import receives_delivered_logs
from policy.engine.requirement import argument_name
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, stack_rule
from policy.engine.values import UNKNOWN

KEY_PATHS = {
    aws.LOG_GROUP: "kmsKeyId",
    aws.SNS_TOPIC: "kmsMasterKeyId",
    aws.SQS_QUEUE: "kmsMasterKeyId",
    aws.CLOUDTRAIL_TRAIL: "kmsKeyId",
    BUCKET_ENCRYPTION: "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId",
}


@stack_rule(
    aws.KMS_KEY,
    aws.KMS_KEY_POLICY,
    aws.LOG_GROUP,
    aws.SNS_TOPIC,
    aws.SQS_QUEUE,
    aws.CLOUDTRAIL_TRAIL,
    aws.EVENT_TARGET,
    aws.SNS_TOPIC_SUBSCRIPTION,
    BUCKET_ENCRYPTION,
)
@classify("security", "identity", "high", "mandatory")
def kms_policy_admits_using_service(stack: Stack) -> Findings:
    """Key policies must allow the AWS services that use the key.

    Without this permission, AWS services cannot use the key, and messages or logs are lost without
    an error.
    """
    for user in stack.of_type(*KEY_PATHS):
        services = list(_services(stack, user))
        path = KEY_PATHS[user.type]
        if services and is_aws_managed_key(user.get(path)):
            yield user.finding(
                f"'{user.name}' must have a key whose policy allows {services[0]}: set"
                f" {argument_name(path.rpartition('.')[2])} to an aws.kms.Key with an explicit"
                " policy."
            )
            continue
        for key in _keys(stack, user, path) if services else ():
            denied = [one for one in services if not _allows_service(stack, key, one)]
            if denied:
                yield key.finding(
                    f"The key '{key.name}' must allow {', '.join(denied)}, which uses it for"
                    f" '{user.name}': allow kms:GenerateDataKey* and kms:Decrypt to the service in"
                    " policy."
                )


def _services(stack: Stack, user: Resource) -> Messages:
    """Yield the AWS services that use the key of *user*."""
    if user.type == aws.LOG_GROUP:
        yield "logs"
    elif user.type == aws.CLOUDTRAIL_TRAIL:
        yield "cloudtrail"
    elif user.type == BUCKET_ENCRYPTION:
        buckets = stack.references(user, "bucket", aws.S3_BUCKET)
        if any(receives_delivered_logs(stack, one) for one in buckets):
            yield "delivery.logs"
    elif stack.referrers("arn", user, aws.EVENT_TARGET):
        yield "events"
    if user.type == aws.SQS_QUEUE and stack.referrers("endpoint", user, aws.SNS_TOPIC_SUBSCRIPTION):
        yield "sns"


def _keys(stack: Stack, user: Resource, path: str) -> list[Resource]:
    """Return the keys of the stack that *user* refers to, directly or by alias."""
    keys = stack.references(user, path, aws.KMS_KEY)
    for alias in stack.references(user, path, aws.KMS_ALIAS):
        keys += [
            one for one in stack.references(alias, "targetKeyId", aws.KMS_KEY) if one not in keys
        ]
    return keys


def _allows_service(stack: Stack, key: Resource, service: str) -> bool:
    """Return whether a policy of *key* allows *service*, or is not known yet."""
    documents = [key.get("policy")]
    documents += [one.get("policy") for one in stack.referrers("keyId", key, aws.KMS_KEY_POLICY)]
    if UNKNOWN in documents:
        return True
    given = [one for one in allow_statements(documents) if _is_for(one, service)]
    wanted = (
        ["kms:GenerateDataKey"]
        if service == "cloudtrail"
        else ["kms:GenerateDataKey", "kms:Decrypt"]
    )
    return all(any(one.allows_action(action) for one in given) for action in wanted)


def _is_for(statement: Statement, service: str) -> bool:
    """Return whether *statement* allows *service*, in any Region, or every principal."""
    return statement.has_public_principal or any(
        kind == "Service" and name.startswith(f"{service}.") and ".amazonaws." in name
        for kind, name in statement.principals
    )
