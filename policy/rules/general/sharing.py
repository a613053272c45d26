"""Rules on resources that are shared with other accounts."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.accounts import named_accounts, owning_accounts, trusted_accounts
from policy.engine.iam import Statement, allow_statements, public_statements
from policy.engine.requirement import argument_name, noun
from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import as_list

_DOCUMENTS = {
    "aws:amp/resourcePolicy:ResourcePolicy": "policyDocument",
    "aws:apigateway/restApi:RestApi": "policy",
    "aws:apigateway/restApiPolicy:RestApiPolicy": "policy",
    "aws:backup/vaultPolicy:VaultPolicy": "policy",
    "aws:cloudsearch/domainServiceAccessPolicy:DomainServiceAccessPolicy": "accessPolicy",
    "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy": "accessPolicy",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyDocument",
    "aws:codeartifact/domainPermissions:DomainPermissions": "policyDocument",
    "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": "policyDocument",
    "aws:codebuild/resourcePolicy:ResourcePolicy": "policy",
    "aws:dsql/clusterPolicy:ClusterPolicy": "policy",
    "aws:dynamodb/resourcePolicy:ResourcePolicy": "policy",
    "aws:ecr/registryPolicy:RegistryPolicy": "policy",
    "aws:efs/fileSystemPolicy:FileSystemPolicy": "policy",
    "aws:glacier/vault:Vault": "accessPolicy",
    "aws:glue/resourcePolicy:ResourcePolicy": "policy",
    "aws:kinesis/resourcePolicy:ResourcePolicy": "policy",
    "aws:lambda/resourcePolicy:ResourcePolicy": "policy",
    "aws:mediastore/containerPolicy:ContainerPolicy": "policy",
    "aws:msk/clusterPolicy:ClusterPolicy": "policy",
    "aws:networkfirewall/resourcePolicy:ResourcePolicy": "policy",
    "aws:redshift/resourcePolicy:ResourcePolicy": "policy",
    "aws:redshiftserverless/resourcePolicy:ResourcePolicy": "policy",
    "aws:s3/accessPoint:AccessPoint": "policy",
    "aws:s3/filesFileSystemPolicy:FilesFileSystemPolicy": "policy",
    "aws:s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy": "policy",
    "aws:s3control/accessPointPolicy:AccessPointPolicy": "policy",
    "aws:s3control/bucketPolicy:BucketPolicy": "policy",
    "aws:s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy": "policy",
    "aws:s3tables/tableBucketPolicy:TableBucketPolicy": "resourcePolicy",
    "aws:s3tables/tablePolicy:TablePolicy": "resourcePolicy",
    "aws:schemas/registryPolicy:RegistryPolicy": "policy",
    "aws:ses/identityPolicy:IdentityPolicy": "policy",
    "aws:vpclattice/authPolicy:AuthPolicy": "policy",
    "aws:vpclattice/resourcePolicy:ResourcePolicy": "policy",
    "aws:xray/resourcePolicy:ResourcePolicy": "policyDocument",
}
"""Type -> input with its resource policy. Other resource policies have a rule of their service."""
_SHARED = {
    "aws:ec2/amiLaunchPermission:AmiLaunchPermission": "group",
    "aws:rds/clusterSnapshot:ClusterSnapshot": "sharedAccounts",
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": "sharedAccounts",
    "aws:rds/snapshot:Snapshot": "sharedAccounts",
    "aws:rds/snapshotCopy:SnapshotCopy": "sharedAccounts",
}
"""Type -> input that shares an image or a snapshot with every account."""
_SHARED_WITH = _SHARED | {
    "aws:ec2/amiLaunchPermission:AmiLaunchPermission": "accountId",
    "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": "accountId",
}
"""Type -> input with the accounts that an image or a snapshot is shared with."""


@rule(*_DOCUMENTS)
@classify("security", "identity", "high", "mandatory")
def resource_policy_no_open_principal(resource: Resource) -> Messages:
    """Resource policies must not allow every principal.

    Anyone with an AWS account can then use the resource.

    References: CIS 7.0 2.21
    """
    path = _DOCUMENTS[resource.type]
    found = public_statements(resource.document(path), resource.settings.restricting_condition_keys)
    if not all(map(_is_for_mount_targets, found)):
        yield (
            f"The {noun(resource.type)} '{resource.name}' must not allow every principal: name"
            f" principals in {argument_name(path)}, or add a Condition that restricts it."
        )


def _is_for_mount_targets(statement: Statement) -> bool:
    """Return whether only clients of the VPC are allowed, as in the default policy of EFS."""
    return any(
        (operator.lower(), key, tuple(map(str.lower, values)))
        == ("bool", "elasticfilesystem:accessedviamounttarget", ("true",))
        for operator, key, values in statement.conditions
    )


@rule(aws.SQS_QUEUE, aws.SQS_QUEUE_POLICY, "aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy")
@classify("security", "messaging", "medium", "advisory")
def message_policy_no_foreign_account(resource: Resource) -> Messages:
    """Policies of queues and topics must not allow accounts that are not trusted.

    Another account can then read messages, or send false ones.
    """
    for statement in allow_statements([resource.get("policy")]):
        trusted = trusted_accounts(resource) | owning_accounts(statement)
        foreign = sorted(named_accounts(statement) - trusted)
        if foreign and trusted:
            yield (
                f"The {noun(resource.type)} '{resource.name}' must not allow the account"
                f" {', '.join(foreign)}: remove it from Principal in policy, or name it in"
                " trustedAccounts."
            )


@rule(*_SHARED)
@classify("security", "storage", "critical", "mandatory")
def image_not_shared_openly(resource: Resource) -> Messages:
    """Images and snapshots must not be shared with every account.

    Every AWS account can then read the data in the image or snapshot.

    References: FSBP RDS.1, Config rds-snapshots-public-prohibited, Checkov CKV_AWS_205
    """
    path = _SHARED[resource.type]
    if "all" in as_list(resource.get(path)):
        yield (
            f"The {noun(resource.type)} '{resource.name}' must not be shared with every account:"
            f' replace "all" in {argument_name(path)} with accounts.'
        )


@rule(*_SHARED_WITH)
@classify("security", "storage", "medium", "advisory")
def image_no_foreign_account(resource: Resource) -> Messages:
    """Images and snapshots must not be shared with accounts that are not trusted.

    Another account can then copy the data in the image or snapshot.
    """
    path, trusted = _SHARED_WITH[resource.type], trusted_accounts(resource)
    named = {one for one in as_list(resource.get(path)) if isinstance(one, str)} - {"all"}
    if trusted and named - trusted:
        yield (
            f"The {noun(resource.type)} '{resource.name}' must not be shared with the account"
            f" {', '.join(sorted(named - trusted))}: remove it from {argument_name(path)}, or name"
            " it in trustedAccounts."
        )
