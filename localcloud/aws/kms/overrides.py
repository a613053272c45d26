"""The states of keys, signatures of digests, and errors of KMS that moto leaves out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from moto.core.exceptions import JsonRESTError
from moto.kms import models, responses, utils
from moto.kms.models import KmsBackend
from moto.kms.responses import KmsResponse

if TYPE_CHECKING:
    from collections.abc import Callable

_USES = ("sign", "verify", "generate_mac", "verify_mac")
_CHANGES = ("disable_key", "enable_key", "enable_key_rotation", "schedule_key_deletion")

_encrypt, _decrypt = utils.encrypt, utils.decrypt
_schedule = KmsResponse.schedule_key_deletion
_default_policy = responses._assert_default_policy  # noqa: SLF001 - moto has no public function
_digests = False
"""Whether the message of the request in progress is a digest: requests run one at a time."""


def install() -> None:
    """Replace these parts of moto."""
    module: Any = models
    module.encrypt, module.decrypt = _encrypted, _decrypted
    backend: Any = KmsBackend
    for name in _USES:
        setattr(backend, name, _with_key(getattr(backend, name), _require_enabled))
    for name in _CHANGES:
        setattr(backend, name, _with_key(getattr(backend, name), _require_kept))
    response: Any = KmsResponse
    response.sign = _of_digest(response.sign)
    response.verify = _of_digest(response.verify)
    response.schedule_key_deletion = _scheduled
    responses._assert_default_policy = lambda name: _default_policy(name or "default")  # noqa: SLF001
    rsa: Any = utils.RSAPrivateKey
    of_rsa = rsa._RSAPrivateKey__padding_and_hash_algorithm  # noqa: SLF001
    rsa._RSAPrivateKey__padding_and_hash_algorithm = lambda *args: _rsa(*of_rsa(*args))  # noqa: SLF001
    ecdsa: Any = utils.ECDSAPrivateKey
    of_ecdsa = ecdsa._ECDSAPrivateKey__hash_algorithm  # noqa: SLF001
    ecdsa._ECDSAPrivateKey__hash_algorithm = lambda *args: _hash(of_ecdsa(*args))  # noqa: SLF001


def _require_enabled(key: Any) -> None:
    _require_kept(key)
    if key.key_state == "Disabled":
        raise JsonRESTError("DisabledException", f"{key.arn} is disabled.")


def _require_kept(key: Any) -> None:
    if key.key_state == "PendingDeletion":
        raise JsonRESTError("KMSInvalidStateException", f"{key.arn} is pending deletion.")


def _with_key(method: Callable[..., Any], require: Callable[[Any], None]) -> Callable[..., Any]:
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = kwargs["key_id"] if "key_id" in kwargs else args[0]
        key = self.keys.get(self.any_id_to_key_id(name))
        if key is not None:
            require(key)
        return method(self, *args, **kwargs)

    return checked


def _encrypted(master_keys: dict[str, Any], key_id: str, **kwargs: Any) -> bytes:
    if key_id in master_keys:
        _require_enabled(master_keys[key_id])
    return _encrypt(master_keys=master_keys, key_id=key_id, **kwargs)


def _decrypted(master_keys: dict[str, Any], **kwargs: Any) -> tuple[bytes, str]:
    plaintext, key_id = _decrypt(master_keys=master_keys, **kwargs)
    _require_enabled(master_keys[key_id])
    return plaintext, key_id


def _scheduled(self: Any) -> str:
    answer = json.loads(_schedule(self))
    days = self._get_param("PendingWindowInDays") or 30
    return json.dumps({**answer, "KeyState": "PendingDeletion", "PendingWindowInDays": days})


def _of_digest(method: Callable[[Any], str]) -> Callable[[Any], str]:
    def answered(self: Any) -> str:
        global _digests  # noqa: PLW0603 - of one request
        _digests = self._get_param("MessageType") == "DIGEST"
        try:
            answer = method(self)
        except ValueError as error:  # the digest has another length than the algorithm's
            algorithm = self._get_param("SigningAlgorithm")
            text = f"Digest is invalid length for algorithm {algorithm}."
            raise JsonRESTError("ValidationException", text) from error
        finally:
            _digests = False
        if json.loads(answer).get("SignatureValid") is False:
            raise JsonRESTError("KMSInvalidSignatureException", "")
        return answer

    return answered


def _rsa(pad: Any, algorithm: Any) -> tuple[Any, Any]:
    """Return the padding of KMS, whose salt is as long as the digest, and the hash algorithm."""
    if isinstance(pad, padding.PSS):
        pad = padding.PSS(mgf=padding.MGF1(algorithm), salt_length=algorithm.digest_size)
    return pad, _hash(algorithm)


def _hash(algorithm: Any) -> Any:
    return Prehashed(algorithm) if _digests else algorithm
