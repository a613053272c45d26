"""Registers the objects that `objects.json` in its folder describes."""

import json
from pathlib import Path

import pulumi
import pulumi_aws as aws


def main():
    """Register them: `kept` only, if the file says so."""
    wanted = json.loads(Path("objects.json").read_text())
    first = pulumi.ResourceOptions(delete_before_replace=True)
    vpc = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16")
    for number in range(wanted["count"]):
        more = {"opts": first} if number % 2 else {}
        name = f"q{number}-{wanted['suffix']}" if number < wanted["count"] // 2 else None
        aws.sqs.Queue(
            f"queue-{number}", name=name, visibility_timeout_seconds=wanted["seconds"], **more
        )
        group = f"log{number}" if number % 2 else None
        aws.cloudwatch.LogGroup(f"log-{number}", name=group, retention_in_days=wanted["days"])
        aws.sns.Topic(f"topic-{number}", display_name=f"shown {wanted['seconds']}")
        aws.ec2.SecurityGroup(
            f"group-{number}", vpc_id=vpc.id, description=f"made {wanted['suffix']}", **more
        )
        secret = aws.secretsmanager.Secret(f"secret-{number}")
        aws.secretsmanager.SecretVersion(
            f"version-{number}",
            secret_id=secret.id,
            secret_string=pulumi.Output.secret(f"password {wanted['suffix']}"),
        )
    for name, url in wanted["imported"].items():
        aws.sqs.Queue(
            name,
            name=name,
            visibility_timeout_seconds=45,
            opts=pulumi.ResourceOptions(import_=url),
        )


main()
