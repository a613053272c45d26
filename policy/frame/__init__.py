"""The former name of `policy.engine`: imports of it and its modules work for one release.

So do the names in `former.py`, of functions and of members of classes, once this is imported.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

from policy.engine import resource_types
from policy.frame.former import MEMBERS, MODULES, NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType


class _Alias(MetaPathFinder, Loader):
    """Finds `policy.frame.<module>` in `policy.engine`, so that both names are one module."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find only modules of this package."""
        del path, target
        return ModuleSpec(fullname, self) if fullname.startswith(f"{__name__}.") else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module of the same name in `policy.engine`."""
        name = spec.name.removeprefix(f"{__name__}.")
        name = MODULES.get(name, name)
        _warn(spec.name, f"import policy.engine.{name}")
        module = importlib.import_module(f"policy.engine.{name}")
        vars(module)["__getattr__"] = partial(_present, module, NAMES.get(name, {}))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Restore the module's own spec after it ran under its own name."""
        if module.__spec__ is not None:
            module.__spec__ = module.__spec__.loader_state


def _present(module: ModuleType, names: Mapping[str, str], former: str) -> Any:
    """Return the object in *module* that was formerly called *former*."""
    if former not in names:
        raise AttributeError(f"module {module.__name__!r} has no attribute {former!r}")
    new = names[former]
    _warn(former, f"write {new}")
    return vars(resource_types).get(new) or getattr(module, new)


def _add_former_members() -> None:
    for (module, name), members in MEMBERS.items():
        owner = getattr(importlib.import_module(f"policy.engine.{module}"), name)
        for former, new in members.items():
            setattr(owner, former, property(partial(_member, former, new)))


def _member(former: str, new: str, owner: Any) -> Any:
    _warn(former, f"write {new}")
    return getattr(owner, new)


def _warn(old: str, instead: str) -> None:
    warnings.warn(f"{old} is deprecated: {instead}", DeprecationWarning, stacklevel=3)


_warn(__name__, "import policy.engine")
sys.meta_path.insert(0, _Alias())
_add_former_members()
