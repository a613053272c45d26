"""`CertRequest` of `tls`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from localcloud.provider.utilities import certificate_checks, keys
from localcloud.provider.utilities.declarations import Made, ResourceType
from localcloud.provider.utilities.extensions import NAMES_INPUTS, alternative_names, subject

if TYPE_CHECKING:
    from localcloud.provider.utilities.declarations import Properties


def _create_request(inputs: Properties) -> Made:
    key = keys.key_of(inputs, "privateKeyPem")
    builder, others = (
        x509.CertificateSigningRequestBuilder(subject(inputs)),
        alternative_names(inputs),
    )
    if others:
        builder = builder.add_extension(x509.SubjectAlternativeName(others), critical=False)
    made = builder.sign(key, keys.digest(key))
    outputs = {
        "certRequestPem": made.public_bytes(Encoding.PEM).decode(),
        "keyAlgorithm": keys.algorithm(key),
    }
    return Made(keys.sha1_id(made.public_bytes(Encoding.DER)), outputs)


TYPES = {
    "tls:index/certRequest:CertRequest": ResourceType(
        inputs={**NAMES_INPUTS, **keys.key_inputs("privateKeyPem")},
        computed={"certRequestPem": "string", "keyAlgorithm": "string"},
        check=certificate_checks.check_request,
        create=_create_request,
    ),
}
