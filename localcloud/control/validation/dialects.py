"""How each AWS service refuses a malformed request: error codes and texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localcloud.control.validation.constraints import Failure

ALL = frozenset({"null", "length", "value", "enum", "pattern"})


@dataclass(frozen=True)
class Dialect:
    """The validation errors of one service."""

    model: str
    """botocore's name of the service."""
    code: str = "ValidationException"
    missing_code: str = ""
    """Code of a missing parameter, whose text is `The request must contain the parameter ...`."""
    invalid_text: str = ""
    """Text for a value that a constraint rejects, with `{value}`, `{name}` and `{constraint}`; if
    empty, it is `1 validation error detected: ...`."""
    codes: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Code and text by the first word of a member's path, where it has its own."""
    unreadable: tuple[str, str] = ("SerializationException", "The request body is not valid JSON")
    """Code and text for a body that cannot be parsed."""
    enforced: frozenset[str] = ALL
    """Kinds of constraints that the service takes from its shapes."""

    def refusal(self, failures: Sequence[Failure]) -> tuple[str, str] | None:
        """Return code and text for *failures*, None if the service enforces none of them."""
        wrong = next((one for one in failures if one.wrong_type), None)
        if wrong is not None:
            return "SerializationException", wrong.constraint
        enforced = [one for one in failures if _kind(one) in self.enforced]
        if not enforced:
            return None
        own = self.codes.get(enforced[0].path.partition(".")[0])
        if own is not None:
            return own
        missing = next((one for one in enforced if one.missing), None)
        if missing is not None and self.missing_code:
            name = missing.path[:1].upper() + missing.path[1:]
            return self.missing_code, f"The request must contain the parameter {name}"
        if self.invalid_text:
            name, value = enforced[0].path, enforced[0].value
            told = self.invalid_text.format(
                name=name[:1].upper() + name[1:], value=value, constraint=enforced[0].constraint
            )
            return self.code, told
        count = "1 validation error" if len(enforced) == 1 else f"{len(enforced)} validation errors"
        return self.code, f"{count} detected: {'; '.join(_text(one) for one in enforced)}"


def _kind(failure: Failure) -> str:
    text = failure.constraint
    if "constraint: [" in text:
        return _kind_of(text.partition("[")[2])
    return _kind_of(text)


def _kind_of(text: str) -> str:
    if "must not be null" in text:
        return "null"
    if "enum value set" in text:
        return "enum"
    if "regular expression" in text:
        return "pattern"
    return "value" if "must have value" in text else "length"


def _text(failure: Failure) -> str:
    found = failure.value
    value = "Value" if found is None else "Value null" if failure.missing else f"Value '{found}'"
    return f"{value} at '{failure.path}' failed to satisfy constraint: {failure.constraint}"


_MISSING = "MissingParameter"
_VALUE = "Value ({value}) for parameter {name} is invalid. {constraint}"
_SCHEMA = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)
_S3_CODES = {
    "aCL": ("InvalidArgument", "The canned ACL is not valid"),
    "createBucketConfiguration": (
        "InvalidLocationConstraint", "The specified location-constraint is not valid",
    ),
    "encodingType": ("InvalidArgument", "Invalid Encoding Method specified in Request"),
    "serverSideEncryption": (
        "InvalidArgument", "The encryption method specified is not supported",
    ),
    "storageClass": (
        "InvalidStorageClass", "The storage class you specified is not valid",
    ),
}  # fmt: skip
"""Members whose values S3 refuses with codes of their own."""
_SQS_CODES = {
    "attributes": ("InvalidAttributeName", "Unknown Attribute."),
    "attributeNames": ("InvalidAttributeName", "Unknown Attribute."),
}
_INVALID_PARAMETER = "InvalidParameterException"

DIALECTS = {
    "acm": Dialect("acm"),
    "apigateway": Dialect("apigatewayv2", "BadRequestException"),
    "application-autoscaling": Dialect("application-autoscaling"),
    "autoscaling": Dialect("autoscaling", "ValidationError"),
    "cognito-identity": Dialect("cognito-identity"),
    "cognito-idp": Dialect("cognito-idp", _INVALID_PARAMETER),
    "dynamodb": Dialect("dynamodb"),
    "ec2": Dialect("ec2", "InvalidParameterValue", _MISSING, _VALUE),
    "ecr": Dialect("ecr", _INVALID_PARAMETER),
    "ecs": Dialect("ecs", _INVALID_PARAMETER),
    "elasticloadbalancing": Dialect("elbv2", "ValidationError"),
    "events": Dialect("events"),
    "iam": Dialect("iam", "ValidationError"),
    "kinesis": Dialect("kinesis"),
    "kms": Dialect("kms"),
    "lambda": Dialect("lambda"),
    "logs": Dialect("logs", _INVALID_PARAMETER),
    "monitoring": Dialect("cloudwatch", "ValidationError"),
    "rds": Dialect("rds", "InvalidParameterValue", _MISSING, _VALUE),
    "route53": Dialect("route53", "InvalidInput", unreadable=("InvalidInput", "Invalid XML")),
    "s3": Dialect(
        "s3",
        "MalformedXML",
        invalid_text=_SCHEMA,
        codes=_S3_CODES,
        unreadable=("MalformedXML", _SCHEMA),
    ),
    "secretsmanager": Dialect("secretsmanager"),
    "sns": Dialect("sns", "ValidationError"),
    "sqs": Dialect("sqs", "InvalidParameterValue", _MISSING, _VALUE, codes=_SQS_CODES),
    "ssm": Dialect("ssm"),
    "sts": Dialect("sts", "ValidationError"),
}
"""Dialects by the name for which a request is signed."""
