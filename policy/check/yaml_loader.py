"""Reads YAML as Pulumi does, which differs from PyYAML's YAML 1.1."""

from __future__ import annotations

import re
from typing import Any

import yaml

_TAG = "tag:yaml.org,2002:"
_RESOLVERS = [
    (f"{_TAG}{name}", re.compile(f"^(?:{pattern})$"), first)
    for name, pattern, first in (
        ("null", "~|null|Null|NULL|", "~nN\0"),
        ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
        ("int", "[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+", "-+0123456789"),
        (
            "float",
            r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
            "-+.0123456789",
        ),
        ("merge", "<<", "<"),
    )
]


class Loader(yaml.SafeLoader):
    """Reads `yes`, `22:22` and `2012-10-17` as text, and refuses a repeated key."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the values by key; of a repeated key, one value would be lost."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != f"{_TAG}merge":
                if key.value in seen:
                    problem = f"the key '{key.value}' is repeated: remove one of the two"
                    raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


# Set here, because the declaration in PyYAML's class is one of an instance.
Loader.yaml_implicit_resolvers = {
    character: [(tag, pattern) for tag, pattern, start in _RESOLVERS if character in start]
    for character in {"", *(one for _, _, start in _RESOLVERS for one in start)}
}
