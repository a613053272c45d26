"""Rules on Lambda functions."""

from __future__ import annotations

from datetime import date, timedelta

from policy.engine import resource_types as aws
from policy.engine.keys import is_customer_managed_key
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.secrets import secret_variables
from policy.engine.values import UNKNOWN, is_missing, is_object

UNSUPPORTED = [
    "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x",
    "nodejs14.x", "nodejs16.x", "nodejs18.x", "nodejs20.x", "python2.7", "python3.6", "python3.7",
    "python3.8", "python3.9", "ruby2.5", "ruby2.7", "ruby3.2", "java8", "go1.x", "dotnetcore1.0",
    "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "dotnet6", "provided",
]  # fmt: skip
ENDS_ON = {
    "provided.al2": "2026-07-31",
    "python3.10": "2026-10-31",
    "dotnet8": "2026-11-10",
    "ruby3.3": "2027-03-31",
    "nodejs22.x": "2027-04-30",
    "python3.11": "2027-06-30",
}
"""Deprecation dates from AWS's list of runtimes, maintained by hand."""
STORES = (
    aws.RDS_CLUSTER,
    aws.RDS_INSTANCE,
    aws.RDS_PROXY,
    aws.ELASTICACHE_REPLICATION_GROUP,
    aws.ELASTICACHE_SERVERLESS_CACHE,
)
ADDRESSES = (
    "arn",
    "endpoint",
    "address",
    "readerEndpoint",
    "primaryEndpointAddress",
    "readerEndpointAddress",
    "configurationEndpointAddress",
)


@rule(aws.LAMBDA_FUNCTION, params={"unsupported": UNSUPPORTED, "endsOn": ENDS_ON})
@classify("architecture", "compute", "medium", "mandatory")
def lambda_runtime_supported(function: Resource) -> Messages:
    """Functions must run on a supported runtime.

    Deprecated runtimes receive no security fixes and eventually cannot be updated.

    References: FSBP Lambda.2, Config lambda-function-settings-check, Checkov CKV_AWS_363,
    cdk-nag AwsSolutions-L1
    """
    runtime = function.get("runtime")
    if not isinstance(runtime, str):
        return
    end = _end(function, runtime)
    ended = end is not None and end <= function.today
    if runtime in function.params["unsupported"] or ended:
        yield (
            f"The function '{function.name}' must run on a supported runtime: replace {runtime} in"
            " runtime with its successor."
        )


@rule(aws.LAMBDA_FUNCTION, params={"endsOn": ENDS_ON, "noticeDays": 180})
@classify("architecture", "compute", "low", "advisory")
def lambda_runtime_near_end(function: Resource) -> Messages:
    """Functions must not use a runtime that is about to be deprecated.

    A runtime migration needs time for testing before the runtime is deprecated.
    """
    runtime = function.get("runtime")
    end = _end(function, runtime) if isinstance(runtime, str) else None
    notice = timedelta(days=float(function.params["noticeDays"]))
    if end and function.today < end <= function.today + notice:
        yield (
            f"The function '{function.name}' must use a newer runtime before {end}: replace"
            f" {runtime} in runtime with its successor."
        )


@rule(aws.LAMBDA_FUNCTION)
@classify("security", "compute", "high", "mandatory")
def lambda_no_secrets_in_environment(function: Resource) -> Messages:
    """Functions must read secrets from a secret store, not from environment variables.

    Environment variables are shown in plain text in the function configuration.

    References: Checkov CKV_AWS_45
    """
    for name in secret_variables(function.settings, function.get("environment.variables")):
        yield (
            f"The function '{function.name}' must not be given {name} in plain text: set"
            " environment to the ARN of a secret and read it when the function starts."
        )


@rule(aws.LAMBDA_FUNCTION)
@classify("security", "compute", "low", "advisory", when="sensitive")
def lambda_environment_own_key(function: Resource) -> Messages:
    """Functions must encrypt environment variables with a customer managed key.

    A customer managed key's policy controls who can decrypt the environment variables.

    References: Checkov CKV_AWS_173
    """
    variables = function.get("environment.variables")
    if not is_missing(variables) and not is_customer_managed_key(function.get("kmsKeyArn")):
        yield (
            f"The function '{function.name}' must encrypt environment variables with a customer"
            " managed key: set kms_key_arn."
        )


@rule(aws.LAMBDA_FUNCTION)
@classify("security", "compute", "low", "advisory", when="opted-in")
def lambda_code_signing(function: Resource) -> Messages:
    """Functions must run signed code only.

    Code signing ensures that only code from a trusted publisher is deployed.

    References: Checkov CKV_AWS_272
    """
    image = function.get("packageType") in ("Image", UNKNOWN)
    if not image and function.is_missing("codeSigningConfigArn"):
        yield (f"The function '{function.name}' must run signed code: set code_signing_config_arn.")


def _end(function: Resource, runtime: str) -> date | None:
    """Return the deprecation date of *runtime*; None if it has none or an invalid one."""
    ends = function.params["endsOn"]
    try:
        return date.fromisoformat(ends[runtime])
    except (KeyError, TypeError, ValueError):
        return None


@stack_rule(
    aws.LAMBDA_FUNCTION,
    aws.RDS_CLUSTER,
    aws.RDS_INSTANCE,
    aws.RDS_PROXY,
    aws.ELASTICACHE_REPLICATION_GROUP,
    aws.ELASTICACHE_SERVERLESS_CACHE,
)
@classify("security", "network", "low", "advisory")
def lambda_near_data_in_vpc(stack: Stack) -> Findings:
    """Functions that use a database or a cache must run in its VPC.

    A function outside the VPC can reach a data store only if the store is publicly accessible.

    References: Security Hub Lambda.3, Config lambda-inside-vpc, Checkov CKV_AWS_117
    """
    stores = stack.of_type(*STORES)
    for function in stack.of_type(aws.LAMBDA_FUNCTION):
        if not function.is_missing("vpcConfig.subnetIds"):
            continue
        used = [one for one in stores if _uses(stack, function, one)]
        if used:
            yield function.finding(
                f"The function '{function.name}' must run in the VPC of '{used[0].name}', which"
                " its environment refers to: set vpc_config.subnet_ids."
            )


def _uses(stack: Stack, function: Resource, store: Resource) -> bool:
    if stack.refers_to(function, "environment", store):
        return True
    addresses = {one for key in ADDRESSES if isinstance(one := store.get(key), str) and one}
    variables = function.get("environment.variables")
    values = variables.values() if is_object(variables) else ()
    return any(isinstance(one, str) and one in addresses for one in values)
