"""The protocol's generated messages, without the SDK that they are part of."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec

PACKAGES = ("pulumi", "pulumi.runtime")
"""Packages that contain the messages; their `__init__` imports the whole SDK."""


def without_sdk() -> None:
    """Make `pulumi.runtime.proto` importable without executing the packages around it.

    For a process that serves the protocol. The language host starts twice in each run of the
    engine, the second after the first, and the SDK would be 40 % of its start.
    """
    path = None
    for name in PACKAGES:
        found = PathFinder.find_spec(name, path)
        if found is None:
            return  # the import says what is missing
        path = found.submodule_search_locations
        package = ModuleSpec(name, None, is_package=True)
        package.submodule_search_locations = path
        sys.modules[name] = module_from_spec(package)
