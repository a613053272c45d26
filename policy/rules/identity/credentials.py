"""A rule on every resource: credentials have no place in a program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policy.engine.rule import ANY_TYPE, Level, Severity, rule
from policy.engine.secrets import holds_secret
from policy.engine.values import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource


@rule(
    ANY_TYPE,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why=(
        "What stands in a property is in the state, in its history, and in every log of a preview."
    ),
    references=(
        "Checkov CKV_AWS_45",
        "Checkov CKV_AWS_46",
    ),
)
def no_credentials_in_properties(resource: Resource) -> Iterator[str]:
    """Resources must not hold credentials in their properties."""
    held = [
        key
        for key, value in resource.props.items()
        if any(holds_secret(resource.settings, text) for text in texts(value))
    ]
    if held:
        arguments = ", ".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower() for key in held)
        yield (
            f"The resource '{resource.name}' must not hold a credential: move what {arguments}"
            " holds to Secrets Manager and pass the ARN of the secret."
        )
