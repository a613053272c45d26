"""Code of functions and layers in files named after their digest.

It is downloaded from the Location that `GetFunction` and `GetLayerVersion` answer.
"""

from __future__ import annotations

import base64
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import LambdaFunction, LayerVersion

if TYPE_CHECKING:
    from localcloud.aws.endpoints import ControlEndpoints

_SHA256 = re.compile(r"[0-9a-f]{64}")
_set_code = LambdaFunction._set_function_code  # noqa: SLF001 - moto offers no hook
_get_code = LambdaFunction.get_code
_make_layer = LayerVersion.__init__
_get_layer = LayerVersion.get_layer_version


def install(endpoints: ControlEndpoints) -> None:
    """Keep code in files instead of memory."""
    folder = code_folder(endpoints)

    def set_code(self: Any, updated: dict[str, Any]) -> None:
        _set_code(self, updated)
        raw = self.__dict__.get("code_bytes")
        if raw:
            _write(folder / f"{_hex(self)}.zip", raw)
            self.code_bytes = b""
            self.code.pop("ZipFile", None)

    def get_code(self: Any) -> dict[str, Any]:
        answer = _get_code(self)
        if "ImageUri" not in self.code:
            location = f"{endpoints.endpoint}/_bulkhead/functions/code/{_hex(self)}"
            answer["Code"] = {"RepositoryType": "S3", "Location": location}
        return answer

    def make_layer(self: Any, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        _make_layer(self, spec, *args, **kwargs)
        if self.code_bytes:
            _write(folder / f"{_hex(self)}.zip", self.code_bytes)
            self.code_bytes = b""
            self.content = {key: item for key, item in self.content.items() if key != "ZipFile"}

    def get_layer(self: Any) -> dict[str, Any]:
        answer = _get_layer(self)
        location = f"{endpoints.endpoint}/_bulkhead/functions/code/{_hex(self)}"
        return {**answer, "Content": {**answer["Content"], "Location": location}}

    LayerVersion.__init__ = make_layer  # type: ignore[method-assign]
    LayerVersion.get_layer_version = get_layer  # type: ignore[method-assign]
    LambdaFunction._set_function_code = set_code  # type: ignore[method-assign]  # noqa: SLF001
    LambdaFunction.get_code = get_code  # type: ignore[method-assign]


def code_folder(endpoints: ControlEndpoints) -> Path:
    """Return the folder of the archives."""
    return endpoints.layout.data / "functions"


def read_code(endpoints: ControlEndpoints, sha256: str) -> bytes:
    """Return the archive with the digest *sha256*, in hexadecimal."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"{sha256!r} is not a SHA-256 digest in hexadecimal")
    try:
        return (code_folder(endpoints) / f"{sha256}.zip").read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"no function or layer has the digest {sha256}") from None


def _hex(owner: Any) -> str:
    return base64.b64decode(owner.code_sha_256).hex()


def _write(path: Path, raw: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
