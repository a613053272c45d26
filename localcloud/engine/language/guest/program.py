"""Runs a program with the engine's executor: `program.py EXECUTOR ARGUMENT...`.

`PolicyPack(...)` starts a server and never returns. In a program, which the engine waits for, it is
an error here.

This file runs in the program's own interpreter and needs the standard library alone.
"""

from __future__ import annotations

import importlib.machinery
import runpy
import sys

MODULE = "pulumi_policy.policy"
MESSAGE = (
    "a PolicyPack cannot be created by a program: put it in a folder of its own with a"
    " PulumiPolicy.yaml, and pass that folder as --policy-pack"
)


class PackFinder:
    """Finds the module of `PolicyPack` and replaces the constructor once it is imported."""

    @staticmethod
    def find_spec(name, path=None, target=None):  # noqa: ANN001, ANN205 - importlib's signature
        """Return the spec of *MODULE* with a loader that changes it; None for other modules."""
        if name != MODULE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module) -> None:  # noqa: ANN001
                load(module)
                module.PolicyPack.__init__ = refuse

            spec.loader.exec_module = exec_module
        return spec


def refuse(*_arguments: object, **_options: object) -> None:
    """Raise the error that a program shows without a traceback."""
    from pulumi import RunError  # noqa: PLC0415 - the program's own

    raise RunError(MESSAGE)


def main() -> None:
    """Run the executor as if it had been started itself."""
    del sys.argv[0]
    sys.path[0] = ""  # this file's folder has no business on the program's path
    sys.meta_path.insert(0, PackFinder)
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
