"""Rules that require a value of one property."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from policy.engine.remediation import changed_inputs
from policy.engine.rule import Rule, RuleAttributes, describe
from policy.engine.values import UNKNOWN, as_list, is_missing, is_true, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policy.engine.resource import Resource

    Value = bool | str | tuple[str, ...] | Callable[[Any], bool]


class Requirement(TypedDict, total=False):
    """Arguments of `require_value` besides the types, the path and those of every rule."""

    value: Value
    """A boolean (the default is True), a string, several of which one is required, or a function
    that accepts a value."""
    default: Any
    """What AWS assumes if the input is missing. Without it, a missing input is a violation,
    unless the value False is required."""
    hint: str
    """Text after the argument's name in the message, if the value does not show what to write."""
    remediates: bool
    """Whether the level `remediate` sets the value, the first one of several."""


class _Attributes(RuleAttributes, Requirement, total=False):
    pass


def require_value(
    *types: str, path: str, **attributes: Unpack[_Attributes]
) -> Callable[[Callable[[], None]], Rule]:
    """Make a rule that requires a value at *path*, described by the decorated function's docstring.

    The message is what the description says after "must", and the argument to set. A value that is
    not known yet is accepted.
    """
    value: Value = attributes.pop("value", True)
    default, hint = attributes.pop("default", None), attributes.pop("hint", "")
    remediates = attributes.pop("remediates", False)
    accepts = _acceptance(value)
    argument = argument_name(path)
    written = "" if callable(value) else f"={_literal(value)}"
    instruction = f"set {argument}{written} {hint}".rstrip()

    def wrap(function: Callable[[], None]) -> Rule:
        def check(resource: Resource) -> Iterator[str]:
            found = resource.get(path)
            if found is not UNKNOWN and not accepts(default if is_missing(found) else found):
                yield f"The {noun(resource.type)} '{resource.name}' must {must}: {instruction}."

        rule = describe(function, types, attributes)
        must = rule.description.partition(" must ")[2].removesuffix(".")
        check.__module__ = function.__module__
        check.__wrapped__ = function  # pyright: ignore[reportFunctionMemberAccess] - inspect reads it
        if not remediates or callable(value):
            return replace(rule, check=check)

        def remediate(resource: Resource) -> dict[str, Any]:
            return changed_inputs(resource, {path: preferred})

        preferred = _choices(value)[0]
        text = f"Set {argument} to {_literal(preferred)}."
        return replace(rule, check=check, remediation=text, remediate=remediate)

    return wrap


def is_set(value: Any) -> bool:
    """Return whether *value* is not missing."""
    return not is_missing(value)


def at_least(least: int) -> Callable[[Any], bool]:
    """Return a function that accepts *least* and greater numbers."""
    return lambda value: (number(value) or 0) >= least


def includes(wanted: str) -> Callable[[Any], bool]:
    """Return a function that accepts lists with *wanted*, or with a value not known yet."""
    return lambda value: any(one == wanted or one is UNKNOWN for one in as_list(value))


def argument_name(path: str) -> str:
    """Return *path* in the Python SDK's spelling: `encryptAtRest` is `encrypt_at_rest`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", path).lower()


def noun(typ: str) -> str:
    """Return what AWS calls a resource of *typ*: `aws:sqs/queue:Queue` is an "SQS queue"."""
    _, _, tail = typ.partition(":")
    service, _, name = tail.partition("/")
    words = argument_name(name.partition(":")[0]).replace("_", " ")
    words = re.sub(r"\b(url|vpc)\b", lambda found: found[0].upper(), words)
    return f"{_SERVICES.get(service, service.upper())} {words}".strip()


_SERVICES = {
    "alb": "",
    "amp": "Managed Prometheus",
    "apigateway": "API Gateway",
    "apigatewayv2": "API Gateway",
    "athena": "Athena",
    "autoscaling": "Auto Scaling",
    "backup": "Backup",
    "cfg": "Config",
    "cloudfront": "CloudFront",
    "cloudsearch": "CloudSearch",
    "cloudtrail": "CloudTrail",
    "cloudwatch": "CloudWatch",
    "codeartifact": "CodeArtifact",
    "codebuild": "CodeBuild",
    "cognito": "Cognito",
    "docdb": "DocumentDB",
    "dsql": "Aurora DSQL",
    "dynamodb": "DynamoDB",
    "ec2": "",
    "ec2transitgateway": "",
    "elasticache": "ElastiCache",
    "elasticsearch": "Elasticsearch",
    "glue": "Glue",
    "guardduty": "GuardDuty",
    "kinesis": "Kinesis",
    "lambda": "Lambda",
    "lb": "",
    "mediastore": "MediaStore",
    "mq": "MQ",
    "mskconnect": "MSK Connect",
    "neptune": "Neptune",
    "networkfirewall": "Network Firewall",
    "opensearch": "OpenSearch",
    "redshift": "Redshift",
    "redshiftserverless": "Redshift Serverless",
    "route53": "Route 53",
    "route53domains": "Route 53",
    "s3control": "S3",
    "s3tables": "S3 Tables",
    "scheduler": "EventBridge Scheduler",
    "schemas": "EventBridge",
    "secretsmanager": "Secrets Manager",
    "sfn": "Step Functions",
    "vpc": "",
    "vpclattice": "VPC Lattice",
    "xray": "X-Ray",
}
"""Service in a type -> name in messages, if that is not the service in capitals."""


def _acceptance(value: Value) -> Callable[[Any], bool]:
    if callable(value):
        return value
    return lambda found: any(_equals(found, one) for one in _choices(value))


def _equals(found: Any, wanted: bool | str) -> bool:
    return is_true(found) is wanted if isinstance(wanted, bool) else found == wanted


def _choices(value: bool | str | tuple[str, ...]) -> tuple[bool | str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _literal(value: bool | str | tuple[str, ...]) -> str:
    return " or ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in _choices(value))
