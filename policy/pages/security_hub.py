"""The controls of AWS Security Hub, by the standards that they belong to.

Source: the control reference in the Security Hub user guide, in the copy of the repository
iainelder/security-hub-controls at commit 013569b (2026). Retired controls are not here.
"""

from __future__ import annotations

READ = "2026-11-29"
"""The date on which the copy was read."""


def _ids(table: str) -> tuple[str, ...]:
    """Return the control ids in *table*: a line is a service and its numbers, such as `1-4 7`."""
    found: list[str] = []
    for line in table.split("\n"):
        service, *numbers = line.split() or [""]
        for one in numbers:
            first, _, last = one.partition("-")
            found += [f"{service}.{n}" for n in range(int(first), int(last or first) + 1)]
    return tuple(found)


FSBP = _ids(
    """
    Account 1
    ACM 1-2
    APIGateway 1-5 8-11
    AppSync 2 5
    Athena 4
    AutoScaling 1-3 5-6 9
    Backup 1
    BedrockAgentCore 1-2 5-6
    CloudFormation 3-4
    CloudFront 1 3-10 12-13 15-17
    CloudTrail 1-2 4-5
    CodeBuild 1-4 7
    Cognito 1-6
    Config 1
    Connect 2
    DataFirehose 1
    DataSync 1
    DMS 1 6-13
    DocumentDB 1-6
    DynamoDB 1-3 6-7
    EC2 1-4 6-10 15-21 23-25 51 55-58 60 170-173 180-183
    ECR 1-3
    ECS 2-5 8-10 12 16 18-21
    EFS 1-4 6-8
    EKS 1-3 8-9
    ElastiCache 1-7
    ElasticBeanstalk 1-3
    ELB 1-10 12-14 17-18 21-22
    EMR 1-4
    ES 1-8
    EventBridge 3
    FSx 1-5
    Glue 3-4
    GuardDuty 1 5-13
    IAM 1-8 21
    Inspector 1-4
    Kinesis 1 3
    KMS 1-3 5
    Lambda 1-2 5
    Macie 1-2
    MQ 2
    MSK 1 3-6
    Neptune 1-8
    NetworkFirewall 2-6 9-10
    OpenSearch 1-8 10
    PCA 1
    RDS 1-17 19-25 27 34-48 50-51
    Redshift 1-4 6-8 10 15 18
    RedshiftServerless 1-3 5-6
    Route53 2
    S3 1-3 5-6 8-9 12-13 19 24-25
    SageMaker 1-5 8-17 19
    SecretsManager 1-4
    ServiceCatalog 1
    SES 3
    SNS 4
    SQS 1 3
    SSM 1-4 6-7
    StepFunctions 1
    Transfer 2-3
    WAF 1-4 6-8 10 12
    WorkSpaces 1-2
    """
)
"""The controls of AWS Foundational Security Best Practices, in the order of the services."""

UNDECIDABLE = {
    "the root user or the users of the account, not a resource of a program": _ids("IAM 3-6 8"),
    "what happens after the deployment: renewals, patches, rotations, use, tunnels, stopped"
    " instances, deleted origins": _ids(
        """
        ACM 1
        CloudFront 12
        EC2 4 20
        SecretsManager 2-3
        SSM 1-3
        """
    ),
    "attributes that pulumi_aws has no input for: who may restore a snapshot, the encryption of"
    " machine learning transforms": _ids(
        """
        DocumentDB 3
        Glue 3
        Neptune 3
        """
    ),
    "types that `no-deprecated-types` refuses: launch configurations, Classic Load Balancers, AWS"
    " WAF Classic": _ids(
        """
        AutoScaling 3 5
        ELB 2-3 7-10 14
        WAF 1-4 6-8
        """
    ),
}
"""What a control is about -> the controls of FSBP that no rule on inputs can decide."""

_OTHER_STANDARDS = {
    "CIS 1.2": "CloudWatch 3",
    "CIS 1.2, NIST 800-171": "CloudWatch 2\nIAM 13",
    "CIS 1.2, NIST 800-171, PCI DSS 4.0.1": "IAM 11-12 14",
    "CIS 1.2, PCI DSS 4.0.1": "EC2 14",
    "CIS 1.2, NIST 800-53, NIST 800-171, PCI DSS": "EC2 13",
    "CIS 1.4, NIST 800-171": "CloudWatch 4-14",
    "CIS 1.4, NIST 800-171, PCI DSS 3.2.1": "CloudWatch 1",
    "CIS 1.4, PCI DSS 4.0.1": "CloudTrail 6",
    "CIS 5.0, NIST 800-171": "IAM 15",
    "CIS 5.0, NIST 800-171, PCI DSS 4.0.1": "IAM 16",
    "CIS 5.0, NIST 800-53": "S3 20",
    "CIS 5.0, NIST 800-53, PCI DSS": "KMS 4",
    "CIS 5.0, PCI DSS 4.0.1": "CloudTrail 7\nS3 22-23",
    "NIST 800-53": (
        "CloudTrail 10\nCloudWatch 16-17\nDynamoDB 4\nEC2 28\nECR 5\nECS 17\nELB 16\nLambda 7"
        "\nMSK 2\nMQ 5-6\nNeptune 9\nOpenSearch 11\nRDS 26\nRedshiftServerless 4\nS3 10"
    ),
    "NIST 800-53, NIST 800-171": "CloudWatch 15\nS3 11 14\nSNS 1",
    "NIST 800-53, NIST 800-171, PCI DSS 4.0.1": "S3 17",
    "NIST 800-53, PCI DSS 3.2.1": "EC2 12\nLambda 3",
    "NIST 800-53, PCI DSS 4.0.1": "S3 15\nWAF 11",
    "NIST 800-171, PCI DSS": "CloudTrail 3\nIAM 10",
}
STANDARDS = {
    control: standards for standards, table in _OTHER_STANDARDS.items() for control in _ids(table)
}
"""Control outside FSBP that a rule cites -> the standards that have it."""
