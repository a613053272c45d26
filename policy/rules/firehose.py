"""Rules on Firehose delivery streams."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.keys import is_customer_managed_key
from policy.engine.remediation import changed_inputs
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN, is_not_true, is_true

_DESTINATIONS = {
    "extendedS3Configuration": "extended_s3_configuration",
    "opensearchConfiguration": "opensearch_configuration",
    "redshiftConfiguration": "redshift_configuration",
    "httpEndpointConfiguration": "http_endpoint_configuration",
}
_SOURCES = ("kinesisSourceConfiguration", "mskSourceConfiguration")


@rule(
    aws.FIREHOSE_DELIVERY_STREAM,
    remediate=lambda stream: changed_inputs(stream, {"serverSideEncryption.enabled": True}),
)
@classify("security", "messaging", "medium", "mandatory")
def firehose_encrypted(stream: Resource) -> Messages:
    """Delivery streams must encrypt records at rest.

    Records are buffered in the delivery stream before they are delivered.

    References: FSBP DataFirehose.1, Config kinesis-firehose-delivery-stream-encrypted,
    Checkov CKV_AWS_240, cdk-nag AwsSolutions-KDF1
    Remediation: Set server_side_encryption.enabled to True.
    """
    enabled = stream.get("serverSideEncryption.enabled")
    if _has_source(stream) or enabled is UNKNOWN or is_true(enabled):
        return
    yield (
        f"The delivery stream '{stream.name}' must encrypt its records: set"
        " server_side_encryption.enabled=True."
    )


@rule(aws.FIREHOSE_DELIVERY_STREAM)
@classify("security", "messaging", "low", "advisory", when="sensitive")
def firehose_own_key(stream: Resource) -> Messages:
    """Delivery streams with sensitive records must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the records.

    References: Checkov CKV_AWS_241
    """
    kind = stream.get("serverSideEncryption.keyType")
    own = kind in ("CUSTOMER_MANAGED_CMK", UNKNOWN)
    if _has_source(stream) or (
        own and is_customer_managed_key(stream.get("serverSideEncryption.keyArn"))
    ):
        return
    yield (
        f"The delivery stream '{stream.name}' must have a customer managed key: set"
        ' server_side_encryption.key_type to "CUSTOMER_MANAGED_CMK" and key_arn to a KMS key.'
    )


def _has_source(stream: Resource) -> bool:
    return any(not stream.is_missing(source) for source in _SOURCES)


@rule(aws.FIREHOSE_DELIVERY_STREAM)
@classify("reliability", "messaging", "low", "advisory")
def firehose_failures_kept(stream: Resource) -> Messages:
    """Delivery streams must log failures and keep failed records.

    Without error logs and a backup bucket, records that fail delivery are lost unnoticed.
    """
    wanted = [
        f"{argument}.cloudwatch_logging_options.enabled=True"
        for key, argument in _DESTINATIONS.items()
        if not stream.is_missing(key)
        and is_not_true(stream.get(f"{key}.cloudwatchLoggingOptions.enabled"))
    ]
    if not stream.is_missing("extendedS3Configuration") and stream.is_missing(
        "extendedS3Configuration.errorOutputPrefix"
    ):
        wanted.append("extended_s3_configuration.error_output_prefix")
    backup = stream.get("redshiftConfiguration.s3BackupMode")
    if not stream.is_missing("redshiftConfiguration") and backup not in ("Enabled", UNKNOWN):
        wanted.append('redshift_configuration.s3_backup_mode="Enabled"')
    if wanted:
        yield (
            f"The delivery stream '{stream.name}' must log failures and keep failed records: set"
            f" {' and '.join(wanted)}."
        )
