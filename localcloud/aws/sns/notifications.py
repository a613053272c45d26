"""The notifications of SNS and their signatures, which receivers verify.

They are signed in version 1 (SHA-1) unless the topic's SignatureVersion is 2 (SHA-256). The key is
made when the first notification is sent.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.sns.models import Subscription

from localcloud.aws.journal import JOURNAL

_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_ALGORITHMS = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303 - version 1 is SHA-1


def install() -> None:
    """Replace moto's notifications, whose version, unsubscribe URL and signed text are others."""
    Subscription.get_post_data = _notification  # type: ignore[method-assign]


def _notification(
    self: Any,
    message: str,
    message_id: str,
    subject: str | None,
    message_attributes: dict[str, Any] | None = None,
) -> dict[str, Any]:
    topic, region = self.topic, self.topic.sns_backend.region_name
    host = f"https://sns.{region}.amazonaws.com"
    version = str(getattr(topic, "signature_version", "1"))
    notification = {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": topic.arn,
        **({"Subject": subject} if subject else {}),
        "Message": message,
        "Timestamp": iso_8601_datetime_with_milliseconds(),
    }
    text = "".join(f"{name}\n{notification[name]}\n" for name in _SIGNED if name in notification)
    signature = _key().sign(text.encode(), padding.PKCS1v15(), _ALGORITHMS[version])
    certificate = _certificate()
    # Each process has a key of its own, and this collection outlives it: so has the certificate.
    name = f"SimpleNotificationService-{hashlib.sha256(certificate).hexdigest()[:32]}.pem"
    served = topic.sns_backend._message_public_keys  # noqa: SLF001 - moto's route reads it
    if name not in served:
        served[name] = certificate
        JOURNAL.work.snapshot(topic.sns_backend)
    return {
        **notification,
        "SignatureVersion": version,
        "Signature": base64.b64encode(signature).decode(),
        "SigningCertURL": f"{host}/{name}",
        "UnsubscribeURL": f"{host}/?Action=Unsubscribe&SubscriptionArn={self.arn}",
        **({"MessageAttributes": message_attributes} if message_attributes else {}),
    }


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=365))
        .sign(_key(), hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)
