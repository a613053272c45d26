"""PCI DSS requirements that AWS relates to controls of Security Hub.

Source: AWS Security Hub user guide, related requirements of each control. Only controls that a rule
refers to are here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import CONTROLS

if TYPE_CHECKING:
    from policy.engine.rule import Rule

REQUIREMENTS = {
    "3.2.1": {
        "AutoScaling.1": ("2.2",),
        "CloudTrail.2": ("3.4",),
        "CloudTrail.3": (
            "10.1",
            "10.2.1",
            "10.2.2",
            "10.2.3",
            "10.2.4",
            "10.2.5",
            "10.2.6",
            "10.2.7",
            "10.3.1",
            "10.3.2",
            "10.3.3",
            "10.3.4",
            "10.3.5",
            "10.3.6",
        ),
        "CloudTrail.4": ("10.5.2", "10.5.5"),
        "CloudTrail.5": ("10.5.3",),
        "Config.1": ("10.5.2", "11.5"),
        "EC2.2": ("1.2.1", "1.3.4", "2.1"),
        "EC2.6": ("10.3.3", "10.3.4", "10.3.5", "10.3.6"),
        "EC2.12": ("2.4",),
        "EC2.13": ("1.2.1", "1.3.1", "2.2.2"),
        "ELB.1": ("2.3", "4.1"),
        "EMR.1": ("1.2.1", "1.3.1", "1.3.2", "1.3.4", "1.3.6"),
        "GuardDuty.1": ("11.4",),
        "IAM.1": ("7.2.1",),
        "IAM.2": ("7.2.1",),
        "KMS.4": ("3.6.4",),
        "Lambda.1": ("1.2.1", "1.3.1", "1.3.2", "1.3.4", "7.2.1"),
        "Lambda.3": ("1.2.1", "1.3.1", "1.3.2", "1.3.4"),
        "OpenSearch.1": ("1.2.1", "1.3.1", "1.3.4", "7.2.1"),
        "OpenSearch.2": ("1.2.1", "1.3.1", "1.3.2", "1.3.4", "1.3.6"),
        "RDS.2": ("1.2.1", "1.3.1", "1.3.2", "1.3.4", "1.3.6", "7.2.1"),
        "Redshift.1": ("1.2.1", "1.3.1", "1.3.2", "1.3.4", "1.3.6"),
        "S3.2": ("1.2.1", "1.3.1", "1.3.2", "1.3.6", "7.2.1"),
        "S3.3": ("1.2.1", "1.3.1", "1.3.2", "1.3.4", "1.3.6", "7.2.1"),
        "S3.5": ("4.1",),
    },
    "4.0.1": {
        "ACM.2": ("4.2.1",),
        "APIGateway.9": ("10.4.2",),
        "AppSync.2": ("10.4.2",),
        "CloudFront.1": ("2.2.6",),
        "CloudFront.3": ("4.2.1",),
        "CloudFront.5": ("10.4.2",),
        "CloudFront.6": ("6.4.2",),
        "CloudFront.9": ("4.2.1",),
        "CloudFront.10": ("4.2.1",),
        "CloudTrail.2": ("10.3.2",),
        "CloudTrail.3": ("10.2.1",),
        "CloudTrail.4": ("10.3.2",),
        "CloudTrail.6": ("1.4.4",),
        "CloudTrail.7": ("10.2.1",),
        "DocumentDB.2": ("3.2.1",),
        "DocumentDB.4": ("10.3.3",),
        "DynamoDB.7": ("4.2.1",),
        "EC2.8": ("2.2.6",),
        "EC2.13": ("1.3.1",),
        "EC2.14": ("1.3.1",),
        "EC2.15": ("1.4.4",),
        "EC2.16": ("1.2.7",),
        "EC2.21": ("1.3.1",),
        "EC2.25": ("1.4.4",),
        "EC2.170": ("2.2.6",),
        "ECR.1": ("6.2.3", "6.2.4"),
        "ECS.2": ("1.4.4",),
        "ECS.8": ("8.6.2",),
        "ECS.10": ("6.3.3",),
        "EFS.4": ("7.3.1",),
        "EKS.1": ("1.4.4",),
        "EKS.2": ("12.3.4",),
        "EKS.3": ("8.3.2",),
        "EKS.8": ("10.2.1",),
        "ELB.4": ("6.2.4",),
        "ELB.12": ("6.2.4",),
        "ElastiCache.2": ("6.3.3",),
        "ElastiCache.5": ("4.2.1",),
        "ElastiCache.6": ("8.3.1",),
        "EMR.1": ("1.4.4",),
        "EMR.2": ("1.4.4",),
        "EventBridge.3": ("10.3.1",),
        "GuardDuty.1": ("11.5.1",),
        "GuardDuty.6": ("11.5.1",),
        "IAM.7": ("8.3.6", "8.3.7", "8.3.9", "8.3.10.1", "8.6.3"),
        "KMS.4": ("3.7.4",),
        "Lambda.1": ("7.2.1",),
        "Lambda.2": ("12.3.4",),
        "MQ.2": ("10.3.3",),
        "MSK.1": ("4.2.1",),
        "MSK.3": ("4.2.1",),
        "Neptune.2": ("10.3.3",),
        "OpenSearch.5": ("10.2.1",),
        "OpenSearch.10": ("6.3.3",),
        "RDS.2": ("1.4.4",),
        "RDS.9": ("10.2.1",),
        "RDS.13": ("6.3.3",),
        "RDS.24": ("2.2.2",),
        "RDS.25": ("2.2.2",),
        "RDS.34": ("10.2.1",),
        "RDS.35": ("6.3.3",),
        "RDS.36": ("10.4.2",),
        "RDS.37": ("10.4.2",),
        "Redshift.1": ("1.4.4",),
        "Redshift.2": ("4.2.1",),
        "Redshift.4": ("10.2.1",),
        "Route53.2": ("10.4.2",),
        "S3.5": ("4.2.1",),
        "S3.8": ("1.4.4",),
        "S3.9": ("10.2.1",),
        "S3.15": ("10.5.1",),
        "S3.17": ("3.5.1",),
        "S3.19": ("1.4.4",),
        "SecretsManager.1": ("8.3.9", "8.6.3"),
        "SecretsManager.4": ("8.3.9", "8.6.3"),
        "StepFunctions.1": ("10.4.2",),
        "WAF.11": ("10.4.2",),
    },
}
"""Version of PCI DSS -> control of Security Hub -> requirements."""


def requirements(rule: Rule) -> dict[str, list[str]]:
    """Return the requirements that *rule*'s controls of Security Hub relate to, by version."""
    controls = [one.rpartition(" ")[2] for one in rule.references if one.startswith(CONTROLS)]
    found = {
        version: {id_ for control in controls for id_ in related.get(control, ())}
        for version, related in REQUIREMENTS.items()
    }
    return {version: sorted(ids, key=_natural) for version, ids in found.items() if ids}


def _natural(id_: str) -> list[int]:
    """Sort 8.3.9 before 8.3.10.1."""
    return [int(part) for part in id_.split(".")]
