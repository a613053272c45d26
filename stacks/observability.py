"""What an environment chooses about traces and archived logs, and who hears of alarms."""

from __future__ import annotations

import re
from enum import StrEnum

import pydantic

from components.alarms import RUNBOOKS
from components.service.platform import MAX_HOPS
from stacks.model import SettingsGroup

HTTPS = re.compile(r"https://[^\s/@]+(/\S*)?")
MAIL = re.compile(r"[^\s@/]+@[^\s@/]+\.[^\s@/]+")


class Dashboards(StrEnum):
    """Which dashboards an environment has; CloudWatch bills each by the month."""

    SERVICES = "services"
    ENVIRONMENT = "environment"
    NONE = "none"


class ArchiveScope(StrEnum):
    """Which log groups are archived."""

    ACCOUNT = "account"
    GROUPS = "groups"
    OFF = "off"


class ObservabilitySettings(SettingsGroup):
    """Traces and the archive of logs."""

    archive: ArchiveScope = ArchiveScope.ACCOUNT
    """archived log groups: account (every group of the account), groups (this stack's) or off"""

    @pydantic.field_validator("archive", mode="before")
    @classmethod
    def _off_of_yaml(cls, value: object) -> object:
        return ArchiveScope.OFF if value is False else value  # YAML 1.1 reads off as false

    archive_days: int = pydantic.Field(default=365, ge=1, le=36_500)
    """days for which archived log lines are kept and cannot be deleted"""

    archive_buffer_seconds: int = pydantic.Field(default=300, ge=0, le=900)
    """seconds for which log lines wait before they are written to the archive, 0 to 900"""

    trace_percent: float = pydantic.Field(default=10, ge=0, le=100)
    """percentage of requests whose spans are recorded, 0 to 100"""

    dashboards: Dashboards = Dashboards.SERVICES
    """services for a dashboard of each service and one of the environment, environment for that
    one alone, none for none"""

    index_percent: float = pydantic.Field(default=1, ge=0, le=100)
    """percentage of recorded traces that X-Ray indexes, 0 to 100; 1 is free of charge"""

    max_hops: int = pydantic.Field(default=MAX_HOPS, ge=1, le=1000)
    """services that a request and its events may come through, before it ends as a loop"""


class AlarmsSettings(SettingsGroup):
    """Subscriptions of the topics that alarms notify."""

    page: list[str] = pydantic.Field(default_factory=list[str])
    """https:// URLs or mail addresses that alarms notify which somebody must see at once"""

    ticket: list[str] = pydantic.Field(default_factory=list[str])
    """https:// URLs or mail addresses that alarms notify which can wait for the morning"""

    runbooks: str = pydantic.Field(default=RUNBOOKS, pattern=r"^(https://\S+|[^\s:#]+)$")
    """URL of your published docs/runbooks.md, which the text of each alarm links to"""

    @pydantic.field_validator("page", "ticket")
    @classmethod
    def _endpoints(cls, endpoints: list[str]) -> list[str]:
        for endpoint in endpoints:
            if not (HTTPS.fullmatch(endpoint) or MAIL.fullmatch(endpoint)):
                raise ValueError(f"{endpoint!r} is neither an https:// URL nor a mail address")
        if len(set(endpoints)) < len(endpoints):
            raise ValueError("one is written twice")
        return endpoints
