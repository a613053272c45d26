"""The routes that encrypt and decrypt the secrets of a stack."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from flask import Response

from localcloud.backend.encryption import UnreadableSecretError
from localcloud.backend.requests import RefusedError, Route, body, required, stack_of
from localcloud.backend.stack_routes import STACK

if TYPE_CHECKING:
    from localcloud.backend.encryption import Encryption
    from localcloud.backend.store import Store

Json = dict[str, Any]


class SecretRoutes:
    """Answers requests of the CLI, whose own encryption is off."""

    def __init__(self, store: Store, encryption: Encryption) -> None:
        """Encrypt for the stacks in *store*."""
        self._store, self._encryption = store, encryption

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("POST", f"{STACK}/encrypt", self.encrypt),
            Route("POST", f"{STACK}/decrypt", self.decrypt),
            Route("POST", f"{STACK}/batch-encrypt", self.encrypt_all),
            Route("POST", f"{STACK}/batch-decrypt", self.decrypt_all),
            Route("POST", f"{STACK}/decrypt/log-decryption", self.note_decryption),
            Route("POST", f"{STACK}/decrypt/log-batch-decryption", self.note_decryption),
        ]

    def encrypt(self, project: str, name: str) -> Json:
        """Encrypt a value."""
        stack_of(self._store, project, name)
        return {"ciphertext": self._encrypted(required(body(), "plaintext"))}

    def decrypt(self, project: str, name: str) -> Json:
        """Decrypt a value."""
        stack_of(self._store, project, name)
        return {"plaintext": self._decrypted(required(body(), "ciphertext"))}

    def encrypt_all(self, project: str, name: str) -> Json:
        """Encrypt values, in their order."""
        stack_of(self._store, project, name)
        return {"ciphertexts": [self._encrypted(one) for one in required(body(), "plaintexts")]}

    def decrypt_all(self, project: str, name: str) -> Json:
        """Decrypt values; the answer has each under its ciphertext."""
        stack_of(self._store, project, name)
        sent = required(body(), "ciphertexts")
        return {"plaintexts": {one: self._decrypted(one) for one in sent}}

    def note_decryption(self, project: str, name: str) -> Response:
        """Take note that secrets were shown; nothing is recorded on one's own machine."""
        stack_of(self._store, project, name)
        return Response(status=204)

    def _encrypted(self, value: str) -> str:
        return base64.b64encode(self._encryption.encrypt(_bytes(value))).decode()

    def _decrypted(self, value: str) -> str:
        try:
            return base64.b64encode(self._encryption.decrypt(_bytes(value))).decode()
        except UnreadableSecretError as error:
            raise RefusedError(400, str(error)) from None


class NoSecretRoutes:
    """Refuses to encrypt settings; the secrets of the state have a passphrase."""

    def routes(self) -> list[Route]:
        """Return the routes."""
        parts = ("encrypt", "decrypt", "batch-encrypt", "batch-decrypt")
        return [Route("POST", f"{STACK}/{one}", self.refuse) for one in parts]

    def refuse(self, project: str, name: str) -> Json:
        """Refuse a secret setting."""
        raise RefusedError(
            400,
            f"the stack {name} of the project {project} has no secret settings: the settings of a"
            " local environment are not secret; run `pulumi config set` without --secret",
        )


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(value or "", validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise RefusedError(400, f"a value is not encoded with base64: {error}") from None
