"""The four packs, and the folders in which CrossGuard finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Pack
from policy.rules import all_rules

if TYPE_CHECKING:
    from policy.engine.rule import Rule

VERSION = "0.1.0"
"""The version of every pack, the same as in each PulumiPolicy.yaml."""

PURPOSES = {
    Pack.SECURITY: "Access, encryption at rest and in transit, and credentials",
    Pack.RELIABILITY: "Resilience to failures, mistakes and peaks in load",
    Pack.AUDIT: "What is recorded, how long it is retained, and which changes raise an alert",
    Pack.ARCHITECTURE: "The shape of a microservice platform: data ownership, queues, traces,"
    " supported versions",
}
"""The purpose of each pack."""


def rules_of(*packs: Pack) -> list[Rule]:
    """Return the rules of *packs*, by name."""
    return [one for one in all_rules() if one.pack in packs]
