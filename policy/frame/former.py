"""The former names of modules, functions, methods and settings of `policy.engine`."""

MODULES = {"remedy": "remediation", "schema": "parameters"}
"""Former name of a module to its present one."""

NAMES = {
    "audit": {"is_on": "is_enabled", "hears": "matches_detail_type", "heard": "targets_for"},
    "buckets": {
        "BUCKET": "S3_BUCKET",
        "tells": "sends_events",
        "closes_all": "blocks_public_access",
        "logs_elsewhere": "is_access_logged",
    },
    "configuration": {"is_unasked": "is_default_level"},
    "iam": {"opened": "public_statements", "allowing": "allow_statements"},
    "keys": {"is_service_key": "is_aws_managed_key", "is_own_key": "is_customer_managed_key"},
    "logs": {"is_kept": "has_retention", "kept_group": "named_group_has_retention"},
    "network": {
        "is_anywhere": "is_any_address",
        "admits": "matched_ports",
        "admits_tcp": "matched_tcp_ports",
        "spans_all": "covers_all_ports",
    },
    "openapi": {"open_operations": "unauthenticated_operations"},
    "dead_letters": {"QUEUE": "SQS_QUEUE"},
    "owners": {
        "ATTACHMENT": "IAM_ROLE_POLICY_ATTACHMENT",
        "FUNCTION": "LAMBDA_FUNCTION",
        "INGRESS_RULE": "SECURITY_GROUP_INGRESS_RULE",
        "INSTANCE": "EC2_INSTANCE",
        "ROLE": "IAM_ROLE",
        "ROLE_POLICY": "IAM_ROLE_POLICY",
        "SERVICE": "ECS_SERVICE",
        "are_strangers": "have_different_owners",
        "reaching_groups": "groups_with_access",
        "reaching_group_findings": "group_access_findings",
    },
    "remediation": {"inputs": "changed_inputs"},
    "resource": {
        "current_day": "current_date",
        "parse_document": "parse_json",
        "parse_text": "parse_json_or_yaml",
    },
    "rule": {"About": "RuleAttributes"},
    "secrets": {"holds_secret": "contains_secret"},
    "settings": {"mistakes": "error_messages"},
    "states": {"reached": "reachable_states"},
    "subnets": {"leads_to_internet": "has_internet_route"},
    "tags": {"tagged": "has_tags"},
    "values": {"plain": "from_json", "texts": "strings", "is_off": "is_not_true"},
}
"""Module to the former names of its functions and classes."""

MEMBERS = {
    ("iam", "Statement"): {
        "has_open_principal": "has_public_principal",
        "is_narrowed": "is_restricted_by",
        "demands": "requires_key",
        "grants": "lists_action",
        "gives": "allows_action",
        "is_on_everything": "covers_every_resource",
    },
    ("settings", "Settings"): {"narrowing_keys": "restricting_condition_keys"},
    ("stack", "Stack"): {
        "of": "of_type",
        "joined": "refers_to",
        "joining": "referrers",
        "joined_to": "references",
        "lacks": "has_no_referrer",
        "is_open": "is_undetermined",
        "leaves_stack": "refers_outside_stack",
    },
    ("states", "State"): {"around": "enclosing"},
}
"""Module and class to the former names of the class's members."""
