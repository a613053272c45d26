"""Rules on who may invoke a Lambda function, and its role."""

from __future__ import annotations

from policy.engine import resource_types as aws
from policy.engine.conditions import are_restrictive
from policy.engine.requirement import argument_name, require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, as_list, is_missing, is_true

FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl"
LAYER_PERMISSION = "aws:lambda/layerVersionPermission:LayerVersionPermission"
_SOURCES = ("sourceArn", "sourceAccount")


@rule(aws.LAMBDA_PERMISSION, LAYER_PERMISSION)
@classify("security", "compute", "critical", "mandatory")
def lambda_permission_not_public(permission: Resource) -> Messages:
    """Permissions of Lambda functions and layers must not allow every principal.

    Anyone can then invoke the function at the account's cost, or read the code of the layer.

    References: FSBP Lambda.1, Config lambda-function-public-access-prohibited, Checkov CKV_AWS_301
    """
    principal = permission.get("principal")
    if principal is UNKNOWN or not (is_missing(principal) or principal == "*"):
        return
    is_layer = permission.type == LAYER_PERMISSION
    restrictions = ("organizationId",) if is_layer else ("principalOrgId", *_SOURCES)
    if is_missing(principal) or not _is_restricted(permission, restrictions):
        yield (
            f"The permission '{permission.name}' must not allow every principal: set principal to"
            f" an account{'' if is_layer else ' or a service'}, or set"
            f" {argument_name(restrictions[0])}."
        )


def _is_restricted(permission: Resource, paths: tuple[str, ...]) -> bool:
    """Return whether one of *paths* is, or may be, an account, organization or resource."""
    found = [permission.get(path) for path in paths]
    return any(
        one is UNKNOWN or (isinstance(one, str) and bool(one) and are_restrictive([one]))
        for one in found
    )


@rule(aws.LAMBDA_PERMISSION)
@classify("security", "compute", "high", "mandatory")
def lambda_permission_names_source(permission: Resource) -> Messages:
    """Permissions for AWS services must name the source resource or account.

    Without a source, the AWS service can invoke the function on behalf of any account (confused
    deputy).

    References: Checkov CKV_AWS_364
    """
    principal = permission.get("principal")
    if not isinstance(principal, str) or not principal.endswith(".amazonaws.com"):
        return
    if not _is_restricted(permission, _SOURCES):
        yield (
            f"The permission '{permission.name}' must restrict the source of calls by {principal}:"
            " set source_arn to the ARN of a resource, or source_account."
        )


@require_value(FUNCTION_URL, path="authorizationType", value="AWS_IAM")
@classify("security", "compute", "high", "mandatory")
def lambda_url_needs_iam() -> None:
    """Lambda function URLs must require IAM authentication.

    Anyone on the internet can invoke a function URL that has no authorization.

    References: Checkov CKV_AWS_258
    """


@rule(FUNCTION_URL)
@classify("security", "compute", "medium", "mandatory")
def lambda_url_cors_not_open(url: Resource) -> Messages:
    """Lambda function URLs must not allow every origin with every method.

    Any website can then call the function from its visitors' browsers.

    References: Checkov CKV2_AWS_75
    """
    if "*" not in as_list(url.get("cors.allowOrigins")):
        return
    every_method = "*" in as_list(url.get("cors.allowMethods"))
    if every_method or is_true(url.get("cors.allowCredentials")):
        yield (
            f"The function URL '{url.name}' must name the origins that may call it: list them in"
            " cors.allow_origins."
        )


@stack_rule(aws.LAMBDA_FUNCTION, params={"sharedRoleComponents": []})
@classify("security", "identity", "low", "advisory")
def lambda_role_not_shared(stack: Stack) -> Findings:
    """Functions must not share a role.

    A shared role gives each function the permissions of all others.
    """
    owners: dict[str, Resource] = {}
    for function in stack.of_type(aws.LAMBDA_FUNCTION):
        role = _role(stack, function)
        owner = owners.setdefault(role, function) if role else function
        if owner is not function and not _may_share(stack, owner, function):
            yield function.finding(
                f"The function '{function.name}' must not share a role with '{owner.name}': set"
                " role to a separate aws.iam.Role."
            )


def _role(stack: Stack, function: Resource) -> str:
    """Return what identifies the role of *function*, or an empty string."""
    role = function.get("role")
    if isinstance(role, str):
        return role
    origins = stack.property_dependencies.get(function.urn, {}).get("role", [])
    return origins[0] if role is UNKNOWN and len(origins) == 1 else ""


def _may_share(stack: Stack, one: Resource, other: Resource) -> bool:
    parent = one.options.parent
    typ = parent.split("::")[2].rpartition("$")[2] if parent.count("::") > 1 else ""
    return parent == other.options.parent and typ in stack.params["sharedRoleComponents"]
