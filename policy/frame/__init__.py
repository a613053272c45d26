"""The former name of `policy.engine`: imports of it and its modules work for one release."""

from __future__ import annotations

import importlib
import sys
import warnings
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


class _Alias(MetaPathFinder, Loader):
    """Finds `policy.frame.<module>` in `policy.engine`, so that both names are one module."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer for the modules of this package only."""
        del path, target
        return ModuleSpec(fullname, self) if fullname.startswith(f"{__name__}.") else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module of the same name in `policy.engine`."""
        new = spec.name.replace(__name__, "policy.engine", 1)
        _warn(spec.name, new)
        module = importlib.import_module(new)
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module, which has run under its own name, its own spec back."""
        if module.__spec__ is not None:
            module.__spec__ = module.__spec__.loader_state


def _warn(old: str, new: str) -> None:
    warnings.warn(f"{old} is deprecated: import {new}", DeprecationWarning, stacklevel=3)


_warn(__name__, "policy.engine")
sys.meta_path.insert(0, _Alias())
