"""Which controls of AWS rules cite, and what the messages of rules that combine several cite."""

import json
import re

import pytest

from policy.engine.rule import CONTROLS
from policy.pages import coverage
from policy.pages.security_hub import FSBP, STANDARDS, UNDECIDABLE
from policy.rules import all_rules
from policy.testing import resource, stack, violations

COMBINED = {
    one.name: one
    for one in all_rules()
    if sum(reference.startswith(CONTROLS) for reference in one.references) > 1
}


def cited(rules, start):
    return {id_ for rule in rules for id_ in coverage.controls(rule, start)}


def test_rules_cite_each_control_under_a_standard_that_has_it():
    assert cited(all_rules(), "FSBP ") - set(FSBP) == set()
    assert cited(all_rules(), "Security Hub ") == set(STANDARDS)
    assert set(STANDARDS) & set(FSBP) == set()


def test_what_cannot_be_decided_is_a_control_that_no_rule_cites():
    undecidable = [id_ for ids in UNDECIDABLE.values() for id_ in ids]

    assert len(undecidable) == len(set(undecidable))
    assert set(undecidable) <= set(FSBP) - cited(all_rules(), "FSBP ")


def test_the_page_counts_every_control_once():
    page = coverage.page(all_rules())

    rows = page.split("| Service |")[1].split("\n\n")[0].splitlines()[2:]
    cells = [[one.strip() for one in row.strip("|").split("|")] for row in rows]
    listed = [
        f"{service}.{number}"
        for service, *groups in cells
        for group in groups
        for number in group.split(", ")
        if number
    ]
    assert sorted(listed) == sorted(FSBP)
    met = len(cited(all_rules(), "FSBP "))
    assert f"| AWS FSBP | {met} of {len(FSBP)} |" in page
    assert f"Rules check {met} of them" in page


OPENSEARCH, ELASTICSEARCH = "aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"
INSTANCE, CLUSTER = "aws:rds/instance:Instance", "aws:rds/cluster:Cluster"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"


def statement(**more):
    return json.dumps({"Statement": {"Effect": "Allow", "Resource": "*", **more}})


VIOLATIONS = [
    ("opensearch-encrypted-at-rest", ELASTICSEARCH, {}, "FSBP ES.1"),
    ("opensearch-encrypted-at-rest", OPENSEARCH, {}, "FSBP OpenSearch.1"),
    ("opensearch-https-enforced", ELASTICSEARCH, {}, "FSBP ES.8"),
    ("opensearch-in-vpc", ELASTICSEARCH, {}, "FSBP ES.2"),
    ("opensearch-node-to-node-encryption", ELASTICSEARCH, {}, "FSBP ES.3"),
    ("opensearch-tls-policy", ELASTICSEARCH, {}, "FSBP ES.8"),
    (
        "iam-no-decrypt-on-all-keys",
        "aws:iam/policy:Policy",
        {"policy": statement(Action="kms:Decrypt")},
        "FSBP KMS.1",
    ),
    (
        "iam-no-decrypt-on-all-keys",
        "aws:iam/rolePolicy:RolePolicy",
        {"policy": statement(Action="kms:Decrypt")},
        "FSBP KMS.2",
    ),
    (
        "iam-password-classes",
        "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
        {"requireNumbers": True, "requireLowercaseCharacters": True, "requireSymbols": True},
        "FSBP IAM.7, Security Hub IAM.10, Security Hub IAM.11",
    ),
    (
        "mq-highly-available",
        "aws:mq/broker:Broker",
        {"engineType": "RabbitMQ", "deploymentMode": "SINGLE_INSTANCE"},
        "Security Hub MQ.6",
    ),
    ("rds-deletion-protection", CLUSTER, {}, "FSBP RDS.7"),
    ("rds-iam-authentication", INSTANCE, {"engine": "postgres"}, "FSBP RDS.10"),
    ("rds-storage-encrypted", INSTANCE, {"engine": "postgres"}, "FSBP RDS.3"),
    ("rds-logs-exported", INSTANCE, {"engine": "postgres"}, "FSBP RDS.9, FSBP RDS.36"),
    ("rds-logs-exported", INSTANCE, {"engine": "sqlserver-ee"}, "FSBP RDS.9, FSBP RDS.40"),
    ("rds-logs-exported", INSTANCE, {"engine": "mariadb"}, "FSBP RDS.9, FSBP RDS.42"),
    ("rds-logs-exported", CLUSTER, {"engine": "aurora-mysql"}, "FSBP RDS.34"),
    ("rds-tags-on-snapshots", CLUSTER, {"engine": "postgres"}, "FSBP RDS.47"),
    ("rds-tags-on-snapshots", CLUSTER, {"engine": "mysql"}, "FSBP RDS.48"),
    ("rds-tls-forced", INSTANCE, {"engine": "postgres", "engineVersion": "14"}, "FSBP RDS.38"),
    ("rds-tls-forced", INSTANCE, {"engine": "mysql"}, "FSBP RDS.39"),
    ("rds-tls-forced", INSTANCE, {"engine": "sqlserver-web"}, "FSBP RDS.41"),
    ("rds-tls-forced", INSTANCE, {"engine": "mariadb"}, "FSBP RDS.44"),
    ("rds-tls-forced", CLUSTER, {"engine": "aurora-mysql"}, ""),
    ("redshift-enhanced-vpc-routing", "aws:redshift/cluster:Cluster", {}, "FSBP Redshift.7"),
    (
        "redshift-not-public",
        "aws:redshiftserverless/workgroup:Workgroup",
        {"publiclyAccessible": True},
        "FSBP RedshiftServerless.3",
    ),
    (
        "s3-policy-no-open-principal",
        BUCKET_POLICY,
        {"policy": statement(Principal="*", Action="s3:GetObject")},
        "FSBP S3.2",
    ),
    (
        "s3-policy-no-open-principal",
        BUCKET_POLICY,
        {"policy": statement(Principal="*", Action="s3:Put*")},
        "FSBP S3.3",
    ),
    (
        "s3-policy-no-open-principal",
        BUCKET_POLICY,
        {"policy": statement(Principal="*", Action="s3:*")},
        "FSBP S3.2, FSBP S3.3",
    ),
    (
        "s3-public-access-block-complete",
        "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
        {},
        "FSBP S3.1",
    ),
    (
        "guardduty-features-on",
        "aws:guardduty/detector:Detector",
        {},
        "FSBP GuardDuty.8",
        {"features": ["EBS_MALWARE_PROTECTION"]},
    ),
]


def controls_in(violations):
    found = [
        re.search(r" \(((?:FSBP|Security Hub) [^()]+)\)\.$", one.message) for one in violations
    ]
    return [one[1] if one else "" for one in found]


@pytest.mark.parametrize("case", VIOLATIONS, ids=lambda case: f"{case[0]}: {case[3]}")
def test_a_message_cites_the_controls_of_the_violated_part(case):
    name, typ, props, expected, *params = case
    seen = resource(typ, "shop", props)

    found = violations(
        COMBINED[name],
        stack(seen) if COMBINED[name].stack_check else seen,
        params=params[0] if params else None,
    )

    assert controls_in(found) == [expected]


def test_each_control_of_a_rule_that_combines_several_is_cited_in_a_message(replayed):
    shown = {
        name: {control for one in VIOLATIONS if one[0] == name for control in one[3].split(", ")}
        for name in COMBINED
    }
    for rule, _, said, _ in replayed:
        for controls in controls_in(said) if rule.name in COMBINED else ():
            shown[rule.name].update(controls.split(", "))

    not_shown = {
        name: {one for one in rule.references if one.startswith(CONTROLS)} - shown[name]
        for name, rule in COMBINED.items()
    }
    assert {name: controls for name, controls in not_shown.items() if controls} == {}


def test_a_part_is_named_for_a_control_that_is_cited():
    for rule in all_rules():
        assert set(rule.parts) <= set(rule.references), rule.name
