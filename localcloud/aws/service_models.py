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

_original_init = Loader.__init__
_original_load = JSONFileLoader.load_file
_caches: Final[dict[Any, Any]] = {}
_files: Final[dict[Path, Any]] = {}


def install() -> None:
    """Patch botocore's loaders to share what they read."""
    Loader.__init__ = _init  # type: ignore[method-assign]
    JSONFileLoader.load_file = _load_cached
    JSONFileLoader._load_file = _read_model  # type: ignore[attr-defined]  # noqa: SLF001 - every file


def _init(self: Any, *args: Any, **kwargs: Any) -> None:
    _original_init(self, *args, **kwargs)
    paths = args[0] if args else kwargs.get("extra_search_paths")
    self._cache = _caches.setdefault((type(self), tuple(paths or ())), {})


def _load_cached(self: Any, file_path: str) -> Any:
    """Return the cached content of a file, unless a loader extends it."""
    path = Path(file_path)
    if path in _files:
        return _files[path]
    found = _original_load(self, file_path)
    if found is not None and not _is_extended(path):
        _files[path] = found
    return found


def _is_extended(path: Path) -> bool:
    version = path.parent
    in_moto = _MOTO / version.parent.name.replace("-", "") / version.name
    return any(
        one.name.startswith(f"{path.name}.") and _EXTRAS in one.name
        for folder in (version, in_moto)
        if folder.is_dir()
        for one in folder.iterdir()
    )


def _read_model(_self: Any, full_path: str, opened: Callable[..., Any]) -> Any:
    try:
        with opened(full_path, "rb") as file:
            return json.loads(file.read(), object_pairs_hook=_without_documentation)
    except FileNotFoundError:
        return None


def _without_documentation(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: _interned(name, value) for name, value in pairs}


def _interned(name: str, value: Any) -> Any:
    if type(value) is not str:
        return value
    return "" if name == "documentation" else sys.intern(value)
