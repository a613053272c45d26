"""ACM certificates with DNS validation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.args import as_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

RECORD_TTL_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class CertificateArgs:
    """Domain name and hosted zone of a certificate."""

    domain_name: str
    """Domain name."""

    zone_id: pulumi.Input[str]
    """Hosted zone of the validation record."""

    tags: Mapping[str, str] | None = None
    """Tags in addition to the provider's default tags."""


class Certificate(pulumi.ComponentResource):
    """A certificate validated by DNS, which ACM renews; ACM reports failed renewals."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Define the certificate *name*."""
        super().__init__("bulkhead:routing:Certificate", name, as_inputs(args), opts)
        child = pulumi.ResourceOptions(parent=self)

        certificate = aws.acm.Certificate(
            f"{name}-certificate",
            domain_name=args.domain_name,
            validation_method="DNS",
            key_algorithm="EC_prime256v1",
            tags=args.tags,
            opts=child,
        )
        proof = certificate.domain_validation_options[0]
        record = aws.route53.Record(
            f"{name}-proof",
            zone_id=args.zone_id,
            name=proof.resource_record_name.apply(_text),
            type=proof.resource_record_type.apply(_text),
            records=[proof.resource_record_value.apply(_text)],
            ttl=RECORD_TTL_SECONDS,
            allow_overwrite=True,
            opts=child,
        )
        validation = aws.acm.CertificateValidation(
            f"{name}-validation",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn],
            opts=child,
        )

        self.arn = validation.certificate_arn
        self.register_outputs({"arn": self.arn})


def _text(value: str | None) -> str:
    return value or ""
