"""ACM: certificates and their validation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.cloud import AwsError
from localcloud.provider.row import (
    IGNORED,
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Op,
    Row,
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

ISSUED = "ISSUED"
FAILED_STATUSES = {"FAILED", "REVOKED", "EXPIRED", "INACTIVE", "VALIDATION_TIMED_OUT"}
IMPORTED = ("certificateBody", "certificateChain", "privateKey", "privateKeyWoVersion")
"""Inputs of an imported certificate."""


def create_certificate(context: Context) -> str:
    """Request or import a certificate."""
    if "certificateBody" in context.inputs:
        return import_certificate(context)
    op = Op(
        name="RequestCertificate",
        only="domainName keyAlgorithm options subjectAlternativeNames validationMethod "
        "validationOptions",
        rename={"validationOptions": "DomainValidationOptions"},
    )
    return context.call_with_inputs(op)["CertificateArn"]


def import_certificate(context: Context) -> str:
    """Import a certificate; under the same ARN if it exists."""
    inputs = context.inputs
    parts = {
        "Certificate": inputs["certificateBody"].encode(),
        "PrivateKey": str(inputs.get("privateKey") or inputs.get("privateKeyWo", "")).encode(),
    }
    if chain := inputs.get("certificateChain"):
        parts["CertificateChain"] = chain.encode()
    known = {"CertificateArn": context.id} if context.id else {}
    return context.call("ImportCertificate", **parts, **known)["CertificateArn"]


def change_certificate(context: Context) -> None:
    """Import the certificate again, or change its options."""
    if context.changed.intersection(IMPORTED) and "certificateBody" in context.inputs:
        import_certificate(context)
    if "options" in context.changed and "options" in context.inputs:
        keys = {"CertificateArn": "id"}
        context.call_with_inputs(Op(name="UpdateCertificateOptions", keys=keys, only="options"))


def certificate_outputs(context: Context, found: Properties) -> Properties:
    """Return the outputs whose form differs from AWS's response."""
    domain = found.get("DomainName")
    options = sorted(
        found.get("DomainValidationOptions", []),
        key=lambda option: (option["DomainName"] != domain, option["DomainName"]),
    )
    written = context.get("subjectAlternativeNames")
    names = found.get("SubjectAlternativeNames", [])
    same = {*(written or ()), domain} == {*names, domain}
    outputs: dict[str, Any] = {
        **(imported_parts(context) if found.get("Type") == "IMPORTED" else {}),
        "domainValidationOptions": [validation(option) for option in options],
        "pendingRenewal": False,
        "renewalSummaries": [],
        "subjectAlternativeNames": written if written is not None and same else names,
        "validationEmails": [],
    }
    method = next((o["ValidationMethod"] for o in options if o.get("ValidationMethod")), None)
    return outputs | ({"validationMethod": method} if method else {})


def imported_parts(context: Context) -> Properties:
    """Return the certificate itself, which only those who import it state."""
    found = context.call("GetCertificate", CertificateArn=context.id)
    return {"certificateBody": found["Certificate"].strip() + "\n"}


def all_names(value: list[str], inputs: Properties) -> list[str]:
    """Return the names of a certificate: the domain's is always one of them."""
    return sorted({*value, inputs.get("domainName") or value[0]}) if value else value


def validation(option: Properties) -> dict[str, str]:
    """Return the DNS record that validates a domain."""
    record = option.get("ResourceRecord", {})
    return {
        "domainName": option["DomainName"],
        "resourceRecordName": record.get("Name", ""),
        "resourceRecordType": record.get("Type", ""),
        "resourceRecordValue": record.get("Value", ""),
    }


def check_certificate(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ACM's constraints across the inputs of a certificate."""
    if inputs.get("certificateBody"):
        for name in ("domainName", "validationMethod"):
            if inputs.get(name):
                yield CheckFailure(name, "does not apply to an imported certificate: remove it")
    elif inputs.get("privateKey"):
        yield CheckFailure("privateKey", "requires certificateBody: set it, or remove this")


def describe(context: Context) -> dict[str, Any]:
    """Return the certificate to wait for."""
    arn = context.get("certificateArn") or context.id
    return context.call("DescribeCertificate", CertificateArn=arn)["Certificate"]


def wait_for_certificate(context: Context) -> str:
    """Wait until the certificate is issued."""
    arn = context.inputs["certificateArn"]
    context.wait(f"the certificate {arn} to be issued", lambda: is_issued(context))
    return arn


def is_issued(context: Context) -> bool:
    """Say whether the certificate is issued; raise if its validation failed."""
    found = describe(context)
    if found["Status"] in FAILED_STATUSES:
        reason = found.get("FailureReason", found["Status"])
        raise AwsError("DescribeCertificate", found["Status"], f"it was not issued: {reason}")
    return found["Status"] == ISSUED


def read_validation(context: Context) -> Properties | None:
    """Return the certificate, None if it is not issued."""
    found = describe(context)
    return {"certificateArn": found["CertificateArn"]} if found["Status"] == ISSUED else None


CERTIFICATE = Row(
    type="aws:acm/certificate:Certificate",
    service="acm",
    inputs={
        **each(
            UPDATE,
            "certificateBody options tags",
        ),
        **each(REPLACE, "domainName keyAlgorithm region validationOptions"),
        "certificateChain": Input(UPDATE, write_only=True),
        "privateKey": Input(UPDATE, write_only=True),
        "privateKeyWo": Input(IGNORED),
        "privateKeyWoVersion": Input(UPDATE, state_only=True),
        "earlyRenewalDuration": Input(UPDATE, supported=False),
        "validationMethod": Input(REPLACE, limit=Limit(one_of=("DNS", "EMAIL", "HTTP"))),
        "subjectAlternativeNames": Input(REPLACE, canonical=all_names),
        "certificateAuthorityArn": Input(REPLACE, supported=False),
    },
    create=create_certificate,
    read=Op(name="DescribeCertificate", keys={"CertificateArn": "id"}, result="Certificate"),
    update=change_certificate,
    delete=Op(name="DeleteCertificate", keys={"CertificateArn": "id"}),
    tags=Tagging(
        tag="AddTagsToCertificate",
        untag="RemoveTagsFromCertificate",
        read="ListTagsForCertificate",
        keys={"CertificateArn": "id"},
    ),
    outputs={"arn": "CertificateArn", "keyAlgorithm": ""},
    computed=certificate_outputs,
    check=check_certificate,
    check_operations=("RequestCertificate",),
)

CERTIFICATE_VALIDATION = Row(
    type="aws:acm/certificateValidation:CertificateValidation",
    service="acm",
    inputs={
        **each(REPLACE, "certificateArn region"),
        "validationRecordFqdns": Input(REPLACE, unordered=True),
    },
    create=wait_for_certificate,
    read=read_validation,
    delete=lambda _: None,
    from_id=lambda id_: {"certificateArn": id_},
    check_operations=("DescribeCertificate",),
    time_limit=75 * 60,
)

ROWS = (CERTIFICATE, CERTIFICATE_VALIDATION)
