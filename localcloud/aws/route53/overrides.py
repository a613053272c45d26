"""The error for a hosted zone that is not empty, in AWS's words."""

from __future__ import annotations

from typing import Any

from moto.route53.exceptions import HostedZoneNotEmpty, Route53ClientError

TEXT = (
    "The specified hosted zone contains non-required resource record sets and so cannot be deleted."
)


def install() -> None:
    """Replace the text."""
    kind: Any = HostedZoneNotEmpty
    kind.__init__ = lambda self: Route53ClientError.__init__(self, "HostedZoneNotEmpty", TEXT)
