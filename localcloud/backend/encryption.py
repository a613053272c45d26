"""Encrypts the secret settings and outputs of programs in other folders.

Pulumi calls it the secrets provider of the backend: such a program needs no passphrase. The key is
this environment's own, so its values cannot be read after `bulkhead destroy`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

from localcloud.backend.credentials import private_file

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.layout import Layout


class UnreadableSecretError(ValueError):
    """Raised for a value that was not encrypted with this environment's key."""


class Encryption:
    """Encrypts and decrypts with the key of an environment."""

    def __init__(self, layout: Layout) -> None:
        """Use the key of *layout*, generated once."""
        self._cipher = Fernet(_key(layout.pulumi / "secrets-key"))

    def encrypt(self, plaintext: bytes) -> bytes:
        """Return *plaintext*, encrypted."""
        return self._cipher.encrypt(plaintext)

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Return the plaintext; raises UnreadableSecretError."""
        try:
            return self._cipher.decrypt(ciphertext)
        except InvalidToken:
            raise UnreadableSecretError(
                "a secret value was not encrypted by this local environment, so it cannot be read:"
                " set the secret settings of the stack again, with `pulumi config set --secret`"
            ) from None


def _key(path: Path) -> bytes:
    if not path.exists():
        with (
            private_file(path, Fernet.generate_key().decode()) as unfinished,
            suppress(FileExistsError),
        ):
            path.hardlink_to(unfinished)  # another process may have been faster
    return path.read_bytes()
