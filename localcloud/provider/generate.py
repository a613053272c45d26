"""Write `sdk.json`: what the installed Python SDK declares for the types of the table.

The provider must answer in exactly the form which the SDK declares, and must not spend the time
and memory of importing it, so this is done beforehand: `python -m localcloud.provider.generate`.
"""

from __future__ import annotations

import collections.abc
import importlib
import importlib.metadata
import inspect
import json
import pkgutil
import sys
import typing
import warnings
from enum import Enum
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws
from pulumi import _types as sdk_types

from localcloud.provider.sdk import PATH
from localcloud.provider.services import table

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Any
"""A word for a scalar, ["list", kind], ["map", kind] or ["object", name]."""

SCALARS: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}
ASSETS = (pulumi.Asset, pulumi.Archive)


def main() -> None:
    """Write the file for the table as it is."""
    PATH.write_text(generated())


def generated() -> str:
    """Return what the file should contain."""
    objects: dict[str, dict[str, Kind]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of types that are not in the table
        types = {name: declared(name, objects) for name in sorted(table().rows)}
    version = importlib.metadata.version("pulumi-aws")
    document = {"version": version, "types": types, "objects": dict(sorted(objects.items()))}
    return json.dumps(document, indent=1) + "\n"


def declared(type_: str, objects: dict[str, dict[str, Kind]]) -> dict[str, Any]:
    """Return the inputs and outputs of *type_*; the blocks inside go to *objects*."""
    cls = resource_class(type_)
    module = sys.modules[cls.__module__]
    # A block may be called like the resource's arguments, which then end in InitArgs.
    arguments = next(
        found
        for ending in ("Args", "InitArgs")
        if (found := getattr(module, f"{cls.__name__}{ending}", None)) is not None
        and found.__module__ == cls.__module__
    )
    inputs = sdk_types.input_type_types(arguments)
    return {
        "required": sorted(required(arguments)),
        "inputs": {key: kind(value, objects) for key, value in sorted(inputs.items())},
        "outputs": {
            key: kind(value, objects)
            for key, value in sorted(sdk_types.resource_types(cls).items())
            if key not in ("id", "urn")
        },
    }


def resource_class(type_: str) -> type:
    """Return the class of the SDK that registers *type_*."""
    _, module, name = type_.split(":")
    area = module.split("/")[0]
    found = {info.name for info in pkgutil.iter_modules(pulumi_aws.__path__)}
    area = area if area in found else f"{area}_"
    return getattr(importlib.import_module(f"pulumi_aws.{area}"), name)


def required(arguments: type) -> Iterable[str]:
    """Yield the inputs that have no default."""
    pulumi_names = sdk_types.input_type_py_to_pulumi_names(arguments)
    for name, parameter in inspect.signature(arguments.__init__).parameters.items():
        if name in pulumi_names and parameter.default is inspect.Parameter.empty:
            yield pulumi_names[name]


def kind(hint: Any, objects: dict[str, dict[str, Kind]]) -> Kind:
    """Return the kind of the values that *hint* allows."""
    hint = plain(hint)
    if hint in SCALARS:
        return SCALARS[hint]
    if isinstance(hint, type) and issubclass(hint, (Enum, *ASSETS)):
        return "string" if issubclass(hint, Enum) else "asset"
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (collections.abc.Sequence, list):
        return ["list", kind(arguments[0], objects)]
    if origin in (collections.abc.Mapping, dict):
        return ["map", kind(arguments[1], objects)]
    if isinstance(hint, type) and hint.__module__.startswith("pulumi_aws."):
        return ["object", block(hint, objects)]
    return "any"


def plain(hint: Any) -> Any:
    """Return *hint* without "later" and "absent": of a union, its first real type."""
    while typing.get_origin(hint) is not None and type(None) in typing.get_args(hint):
        hint = next(item for item in typing.get_args(hint) if item is not type(None))
    members = typing.get_args(hint)
    origin = typing.get_origin(hint)
    if origin in (collections.abc.Sequence, collections.abc.Mapping, list, dict) or not members:
        return hint
    return plain(members[0])


def block(cls: type, objects: dict[str, dict[str, Kind]]) -> str:
    """Describe a nested type once and return its name."""
    name = f"{cls.__module__.removeprefix('pulumi_aws.')}.{cls.__name__}"
    if name not in objects:
        objects[name] = {}  # before its members: a type may contain itself
        is_input = cls.__module__.endswith("_inputs")
        types = sdk_types.input_type_types if is_input else sdk_types.output_type_types
        members = types(cls)
        objects[name] = {key: kind(value, objects) for key, value in sorted(members.items())}
    return name


if __name__ == "__main__":
    main()
