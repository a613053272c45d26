"""The foundation layer: the KMS key and the alarm topics of an environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydantic

from components.alarms import AlarmRouting
from components.data.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.observability.alarm_topic import AlarmTopic, AlarmTopicArgs
from stacks.model import SettingsGroup

if TYPE_CHECKING:
    import pulumi

    from stacks.deployment_target import DeploymentTarget
    from stacks.observability import AlarmsSettings


class ProtectionSettings(SettingsGroup):
    """Deletion protection of stateful resources."""

    deletion_protection: bool = True
    """true for deletion protection of stateful resources"""

    key_deletion_window_days: int = pydantic.Field(default=30, ge=14, le=30)
    """waiting period of a KMS key's deletion in days, 14 to 30"""

    secret_age_alarms: bool = True
    """true for alarms on secrets that are older than their max_age, measured on a schedule"""


@dataclass(frozen=True, kw_only=True)
class FoundationOutputs:
    """Resources that all other layers use."""

    key: EncryptionKey
    alarms: AlarmRouting
    """Topics that alarms notify, and their runbooks."""


def build(
    settings: ProtectionSettings,
    notified: AlarmsSettings,
    target: DeploymentTarget,
    opts: pulumi.ResourceOptions | None = None,
) -> FoundationOutputs:
    """Define the KMS key and the alarm topics."""
    key = EncryptionKey(
        target.environment,
        EncryptionKeyArgs(
            account_id=target.account,
            region=target.region,
            deletion_window_days=settings.key_deletion_window_days,
            deletion_protection=settings.deletion_protection,
        ),
        opts,
    )
    page, ticket = (
        AlarmTopic(
            name,
            AlarmTopicArgs(account_id=target.account, key_arn=key.arn, subscriptions=subscriptions),
            opts,
        )
        for name, subscriptions in (("alarms", notified.page), ("tickets", notified.ticket))
    )
    return FoundationOutputs(
        key=key,
        alarms=AlarmRouting(
            page_topic_arn=page.arn, ticket_topic_arn=ticket.arn, runbooks=notified.runbooks
        ),
    )
