"""Rules on what distributions cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import Level, Severity, rule
from policy.engine.values import UNKNOWN, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


@rule(
    DISTRIBUTION,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Addresses of one's own, for clients without SNI, cost 600 dollars a month.",
    references=("FSBP CloudFront.8", "Config cloudfront-sni-enabled"),
)
def cloudfront_sni_only(distribution: Resource) -> Iterator[str]:
    """Distributions must choose their certificate by SNI."""
    method = distribution.get("viewerCertificate.sslSupportMethod")
    default = distribution.get("viewerCertificate.cloudfrontDefaultCertificate")
    if method not in ("sni-only", UNKNOWN) and default is not UNKNOWN and not is_true(default):
        yield (
            f"The distribution '{distribution.name}' must choose its certificate by SNI: set"
            ' viewer_certificate.ssl_support_method to "sni-only".'
        )
