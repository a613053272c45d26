"""The SDK's declaration of the supported types as a Pulumi package schema.

The engine generates the code of `pulumi import` from it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from localcloud.provider import installations, sdk, sdk_source
from localcloud.provider.table import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.installations import Installation
    from localcloud.provider.sdk_source import Kind

REFERENCES = {"any": "pulumi.json#/Any", "asset": "pulumi.json#/Archive"}
WORDS = {"document": "string"}


def package() -> str:
    """Return the schema as JSON."""
    return _package(installations.used())


@cache
def _package(_sdk: Installation) -> str:
    types: dict[str, Any] = {}
    resources = {type_: _resource(type_, types) for type_ in sorted(table().rows)}
    return json.dumps(
        {
            "name": "aws",
            "version": sdk.version(),
            "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
            "language": {"python": {"inputTypes": "classes-and-dicts"}},
            "types": types,
            "resources": resources,
        }
    )


def _resource(type_: str, types: dict[str, Any]) -> dict[str, Any]:
    declared = sdk.declared(type_)
    return {
        "inputProperties": _properties(declared.inputs, types),
        "requiredInputs": sorted(declared.required),
        "properties": _properties(declared.outputs, types),
        "required": sorted(declared.outputs.keys() - declared.optional),
    }


def _properties(kinds: Mapping[str, Kind], types: dict[str, Any]) -> dict[str, Any]:
    return {key: _type(kind, types) for key, kind in kinds.items()}


def _type(kind: Kind, types: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value; blocks are added to *types*."""
    if isinstance(kind, str):
        return {"$ref": REFERENCES[kind]} if kind in REFERENCES else {"type": WORDS.get(kind, kind)}
    form, inner = kind
    if form == "list":
        return {"type": "array", "items": _type(inner, types)}
    if form == "map":
        return {"type": "object", "additionalProperties": _type(inner, types)}
    return {"$ref": f"#/types/{_block(inner, types)}"}


def _block(name: str, types: dict[str, Any]) -> str:
    """Return the token of the block *name*: `ecs._inputs.ServiceLoadBalancerArgs`."""
    folder, _, class_ = name.split(".")
    word = class_.removesuffix("Args")
    token = f"aws:{folder.removesuffix('_')}/{word}:{word}"
    if token not in types:
        types[token] = {}  # a block may contain itself
        declared = sdk_source.block(name)
        types[token] = {
            "type": "object",
            "properties": _properties(declared.kinds, types),
            "required": sorted(declared.kinds.keys() - declared.optional),
        }
    return token
