"""The function that measures the age of services' secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.service.secret_ages import SecretAges, SecretAgesArgs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.logs import LogSettings
    from stacks.artifacts import Artifacts
    from stacks.compute import ComputeSettings
    from stacks.foundation import FoundationOutputs

SECRET_AGES = "secret-ages"  # noqa: S105 - a function's name


@dataclass(frozen=True, kw_only=True)
class SecretAgesUpstream:
    """Secrets to watch, and the layers that the function depends on."""

    secret_arns: Sequence[pulumi.Input[str]]
    logs: LogSettings
    artifacts: Artifacts
    foundation: FoundationOutputs


def build(
    settings: ComputeSettings,
    upstream: SecretAgesUpstream,
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """Define the function if there are secrets to watch."""
    if not upstream.secret_arns:
        return
    foundation = upstream.foundation
    SecretAges(
        SECRET_AGES,
        SecretAgesArgs(
            secret_arns=upstream.secret_arns,
            archive=upstream.artifacts.function(SECRET_AGES),
            alarms=foundation.alarms,
            key_arn=foundation.key.arn,
            runtime=settings.runtime,
            logs=upstream.logs,
        ),
        opts,
    )
