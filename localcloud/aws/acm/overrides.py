"""UpdateCertificateOptions, which moto does not have, and tags that a second import keeps."""

from __future__ import annotations

from typing import Any

from moto.acm.responses import AWSCertificateManagerResponse
from moto.core.responses import EmptyResult

_import = AWSCertificateManagerResponse.import_certificate


def install() -> None:
    """Add the operation."""
    responses: Any = AWSCertificateManagerResponse
    responses.update_certificate_options = _update
    responses.import_certificate = _imported


def _update(self: Any) -> EmptyResult:
    certificate = self.acm_backend.get_certificate(self._get_param("CertificateArn"))
    certificate.cert_options.update(self._get_param("Options"))
    return EmptyResult()


def _imported(self: Any) -> Any:
    arn = self._get_param("CertificateArn")
    tags = self.acm_backend.get_certificate(arn).tags if arn else None
    answer = _import(self)
    if tags is not None:
        self.acm_backend.get_certificate(arn).tags = tags
    return answer
