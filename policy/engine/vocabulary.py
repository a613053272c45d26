"""Enumerations that classify and configure rules."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal


class Severity(StrEnum):
    """The severity of a violation."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Level(StrEnum):
    """The effect of a violation."""

    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    REMEDIATE = "remediate"
    DISABLED = "disabled"


class When(StrEnum):
    """The environments or resources that a rule applies to."""

    ALWAYS = "always"
    PRODUCTION = "production"
    SENSITIVE = "sensitive"
    OPTED_IN = "opted-in"


class Pack(StrEnum):
    """A policy pack that CrossGuard can run alone."""

    SECURITY = "security"
    RELIABILITY = "reliability"
    AUDIT = "audit"
    ARCHITECTURE = "architecture"


class Concern(StrEnum):
    """The area of a rule across AWS services, by which pages and reports group rules."""

    ARCHITECTURE = "architecture"
    AUDIT = "audit"
    COMPUTE = "compute"
    COST = "cost"
    DATA = "data"
    EDGE = "edge"
    IDENTITY = "identity"
    MESSAGING = "messaging"
    NETWORK = "network"
    OBSERVABILITY = "observability"
    RESILIENCE = "resilience"
    SETTINGS = "settings"
    """The configuration of the packs themselves."""
    STORAGE = "storage"
    TAGS = "tags"
    UNSTATED = "unstated"
    """Rules without a concern, which are not ours."""


SeverityName = Literal["low", "medium", "high", "critical"]
LevelName = Literal["advisory", "mandatory", "remediate", "disabled"]
WhenName = Literal["always", "production", "sensitive", "opted-in"]
PackName = Literal["security", "reliability", "audit", "architecture"]
ConcernName = Literal[
    "architecture", "audit", "compute", "cost", "data", "edge", "identity", "messaging", "network",
    "observability", "resilience", "settings", "storage", "tags", "unstated",
]  # fmt: skip
