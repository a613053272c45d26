"""Keys and certificates for the tests of `tls`."""

from __future__ import annotations

from cryptography import x509

KEY = "tls:index/privateKey:PrivateKey"
SELF_SIGNED = "tls:index/selfSignedCert:SelfSignedCert"
REQUEST = "tls:index/certRequest:CertRequest"
SIGNED = "tls:index/locallySignedCert:LocallySignedCert"
CERTIFICATE = "tls:index/getCertificate:getCertificate"

AUTHORITY = {
    "allowedUses": ["cert_signing", "crl_signing"],
    "isCaCertificate": True,
    "setAuthorityKeyId": True,
    "subject": {"commonName": "Shop authority", "country": "DE"},
    "validityPeriodHours": 24,
}
LEAF = {"allowedUses": ["server_auth", "digital_signature"], "validityPeriodHours": 12}
NAMES = {
    "dnsNames": ["shop.test", "*.shop.test"],
    "ipAddresses": ["127.0.0.1", "::1"],
    "uris": ["spiffe://shop.test/orders"],
}


def new_key(engine, algorithm="ECDSA", **inputs):
    curve = {"ecdsaCurve": "P256"} if algorithm == "ECDSA" else {}
    return engine.made(KEY, algorithm=algorithm, **{**curve, **inputs})["privateKeyPem"]


def self_signed(engine, key, **inputs):
    return engine.made(SELF_SIGNED, privateKeyPem=key, **inputs)["certPem"]


def load(pem):
    return x509.load_pem_x509_certificate(pem.encode())


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind)
