"""How each AWS service refuses a malformed request: error codes and texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localcloud.control.validation.constraints import Failure

ALL = frozenset({"null", "length", "value", "enum", "pattern"})
REQUIRED = frozenset({"null"})


@dataclass(frozen=True)
class Dialect:
    """The validation errors of one service."""

    model: str
    """botocore's name of the service."""
    code: str = "ValidationException"
    missing_code: str = ""
    """Code of a missing parameter, whose text is `The request must contain the parameter ...`."""
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
        missing = next((one for one in enforced if one.missing), None)
        if missing is not None and self.missing_code:
            name = missing.path[:1].upper() + missing.path[1:]
            return self.missing_code, f"The request must contain the parameter {name}"
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


_INVALID_PARAMETER = "InvalidParameterException"

DIALECTS = {
    "acm": Dialect("acm"),
    "application-autoscaling": Dialect("application-autoscaling"),
    "autoscaling": Dialect("autoscaling", "ValidationError"),
    "cognito-identity": Dialect("cognito-identity"),
    "cognito-idp": Dialect("cognito-idp", _INVALID_PARAMETER),
    "dynamodb": Dialect("dynamodb"),
    "ec2": Dialect("ec2", missing_code="MissingParameter", enforced=REQUIRED),
    "ecr": Dialect("ecr", _INVALID_PARAMETER),
    "ecs": Dialect("ecs", _INVALID_PARAMETER),
    "elasticloadbalancing": Dialect("elbv2", "ValidationError"),
    "events": Dialect("events"),
    "iam": Dialect("iam", "ValidationError"),
    "kinesis": Dialect("kinesis"),
    "kms": Dialect("kms"),
    "lambda": Dialect("lambda"),
    "logs": Dialect("logs", _INVALID_PARAMETER),
    "rds": Dialect("rds", missing_code="MissingParameter", enforced=REQUIRED),
    "secretsmanager": Dialect("secretsmanager"),
    "sns": Dialect("sns", "ValidationError", enforced=REQUIRED),
    "sqs": Dialect("sqs", missing_code="MissingParameter", enforced=REQUIRED),
    "ssm": Dialect("ssm"),
    "sts": Dialect("sts", "ValidationError"),
}
"""Dialects by the name for which a request is signed."""
