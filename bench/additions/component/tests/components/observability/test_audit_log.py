"""An audit log is encrypted and kept."""

from components.observability.audit_log import AuditLog, AuditLogArgs


def test_it_is_encrypted_and_kept_for_a_year(build):
    made = build(lambda: AuditLog("audit", AuditLogArgs(key_arn="arn:key")))

    group = made.one("aws:cloudwatch/logGroup:LogGroup", "audit-logs").inputs
    assert (group["kmsKeyId"], group["retentionInDays"]) == ("arn:key", 365)
