"""Shares botocore's service models within the process, without their documentation.

The provider, each session and moto would each keep a copy, 110 MB together. Plain dictionaries with
interned strings and without documentation take 20 MB.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import moto
from botocore.loaders import JSONFileLoader, Loader

if TYPE_CHECKING:
    from collections.abc import Callable

_EXTRAS = "-extras.json"
"""Part of the names of files with which a loader extends a model."""

_MOTO = Path(moto.__file__).parent

_make = Loader.__init__
_read_file = JSONFileLoader.load_file
_caches: Final[dict[Any, Any]] = {}
_files: Final[dict[Path, Any]] = {}


def install() -> None:
    """Patch botocore's loaders to share what they read."""
    Loader.__init__ = _made  # type: ignore[method-assign]
    JSONFileLoader.load_file = _shared
    JSONFileLoader._load_file = _lean  # type: ignore[attr-defined]  # noqa: SLF001 - every file


def _made(self: Any, *args: Any, **kwargs: Any) -> None:
    _make(self, *args, **kwargs)
    paths = args[0] if args else kwargs.get("extra_search_paths")
    self._cache = _caches.setdefault((type(self), tuple(paths or ())), {})


def _shared(self: Any, file_path: str) -> Any:
    """Return the cached content of a file, unless a loader extends it."""
    path = Path(file_path)
    if path in _files:
        return _files[path]
    found = _read_file(self, file_path)
    if found is not None and not _is_added_to(path):
        _files[path] = found
    return found


def _is_added_to(path: Path) -> bool:
    version = path.parent
    motos = _MOTO / version.parent.name.replace("-", "") / version.name
    return any(
        one.name.startswith(f"{path.name}.") and _EXTRAS in one.name
        for folder in (version, motos)
        if folder.is_dir()
        for one in folder.iterdir()
    )


def _lean(_self: Any, full_path: str, opened: Callable[..., Any]) -> Any:
    try:
        with opened(full_path, "rb") as file:
            return json.loads(file.read(), object_pairs_hook=_without_texts)
    except FileNotFoundError:
        return None


def _without_texts(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: _word(name, value) for name, value in pairs}


def _word(name: str, value: Any) -> Any:
    if type(value) is not str:
        return value
    return "" if name == "documentation" else sys.intern(value)
