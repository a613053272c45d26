"""The fixed values by which rules are classified and configured."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How bad a violation is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Level(StrEnum):
    """What a violation leads to."""

    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    REMEDIATE = "remediate"
    DISABLED = "disabled"


class When(StrEnum):
    """Which environments or resources a rule is for."""

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
    """What a rule protects, across AWS services; pages and reports list rules by it."""

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
    """Rules of others that state none."""
