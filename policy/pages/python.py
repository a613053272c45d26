"""Writes resources as the Python program that creates them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from policy.engine.values import UNKNOWN, is_array, is_object

if TYPE_CHECKING:
    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

WIDTH = 92
_MAPS = frozenset(  # their keys are the user's own
    {"tags", "variables", "parameters", "permissions", "defaultTags"}
)
_OUTPUTS = frozenset(
    {"arn", "defaultSecurityGroupId", "dnsName", "endpoint", "id", "identities", "tagsAll", "url"}
)
_ARGUMENTS = frozenset(  # arguments with the names of outputs
    {
        ("aws:cloudwatch/eventTarget:EventTarget", "arn"),
        ("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "url"),
        ("aws:sns/topicPolicy:TopicPolicy", "arn"),
        ("aws:sns/topicSubscription:TopicSubscription", "endpoint"),
    }
)
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ARGUMENT = re.compile(r"[a-z][A-Za-z0-9]*")


class _Code(str):
    """A string that is already Python code."""

    __slots__ = ()


def is_shown(stack: Stack) -> bool:
    """Return whether *stack* can be written as a program: each unknown value is an output."""
    return bool(stack.resources) and not any(
        _has_unknown(value) and not stack.property_dependencies.get(one.urn, {}).get(key)
        for one in stack.resources
        for key, value in one.props.items()
    )


def program(stack: Stack) -> str:
    """Return the Python statements that create the resources of *stack*."""
    several = len(stack.resources) > 1
    return "\n".join(_statement(one, stack, several=several) for one in _in_order(stack))


def is_output(typ: str, key: str) -> bool:
    """Return whether *key* of resources of *typ* is only an output."""
    return key in _OUTPUTS and (typ, key) not in _ARGUMENTS


def _in_order(stack: Stack) -> list[Resource]:
    """Return the resources of *stack*, each after those that its properties come from."""
    found: dict[str, Resource] = {}
    seen: set[str] = set()

    def add(resource: Resource) -> None:
        if resource.urn in seen:
            return
        seen.add(resource.urn)
        for urns in stack.property_dependencies.get(resource.urn, {}).values():
            for origin in map(stack.get, urns):
                if origin is not None:
                    add(origin)
        found[resource.urn] = resource

    for one in stack.resources:
        add(one)
    return list(found.values())


def _statement(resource: Resource, stack: Stack, *, several: bool) -> str:
    arguments = [f'"{resource.name}"']
    tags = resource.props.get("tags", resource.props.get("tagsAll"))
    props = {**resource.props, **({} if tags is None else {"tags": tags})}
    origins = stack.property_dependencies.get(resource.urn, {})
    for key, value in sorted(props.items()):
        if is_output(resource.type, key):
            continue
        urns = origins.get(key, ())
        names = [found for urn in urns if (found := stack.get(urn)) is not None]
        shown = _referring(value, key, names)
        arguments.append(f"{_snake(key)}={_written(shown, key, 4)}")
    if resource.options.protect:
        arguments.append("opts=pulumi.ResourceOptions(protect=True)")
    call = f"{_class(resource.type)}({', '.join(arguments)})"
    if len(call) > WIDTH or "\n" in call:
        lines = "".join(f"    {one},\n" for one in arguments)
        call = f"{_class(resource.type)}(\n{lines})"
    return f"{_variable(resource.name)} = {call}" if several else call


def _referring(value: Any, key: str, origins: list[Resource]) -> Any:
    """Return *value* with outputs of *origins* in place of unknown values."""
    if value is UNKNOWN:
        if not origins:
            return _Code("...")
        return _Code(f"{_variable(origins[0].name)}.{_output(origins[0], key)}")
    if is_array(value):
        return [_referring(one, key, origins) for one in value]
    if is_object(value):
        return {name: _referring(one, name, origins) for name, one in value.items()}
    return value


def _output(origin: Resource, key: str) -> str:
    """Return the output of *origin* for a property named *key*."""
    if key.lower().endswith("arn"):
        return "arn"
    if origin.type.startswith("random:"):
        return "result"
    return "dns_name" if key == "name" and "dnsName" in origin.props else "id"


def _written(value: Any, key: str, indent: int) -> str:
    """Return *value* as Python, on several lines if it does not fit on one."""
    if isinstance(value, _Code):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str):
        return _text(value, indent)
    if is_array(value):
        return _brackets("[", [_written(one, key, indent + 4) for one in value], "]", indent)
    if is_object(value):
        ours = key not in _MAPS and all(_ARGUMENT.fullmatch(name) for name in value)
        items = [
            f"{json.dumps(_snake(name) if ours else name)}: {_written(one, name, indent + 4)}"
            for name, one in sorted(value.items())
        ]
        return _brackets("{", items, "}", indent)
    return repr(value)


def _text(value: str, indent: int) -> str:
    """Return a string as Python; JSON text becomes a call of json.dumps."""
    if value.startswith(("{", "[")):
        try:
            document = json.loads(value)
        except ValueError:
            return _quoted(value)
        return f"json.dumps({_verbatim(document, indent)})"
    return _quoted(value)


def _quoted(value: str) -> str:
    shown = repr(value)
    return f'"{shown[1:-1]}"' if shown[0] == "'" and '"' not in shown else shown


def _verbatim(value: Any, indent: int) -> str:
    """Return a JSON document as Python, with its keys unchanged."""
    if is_array(value):
        return _brackets("[", [_verbatim(one, indent + 4) for one in value], "]", indent)
    if is_object(value):
        items = [f"{_quoted(key)}: {_verbatim(one, indent + 4)}" for key, one in value.items()]
        return _brackets("{", items, "}", indent)
    return _quoted(value) if isinstance(value, str) else repr(value)


def _brackets(opening: str, items: list[str], closing: str, indent: int) -> str:
    line = f"{opening}{', '.join(items)}{closing}"
    if len(line) + indent <= WIDTH - 20 and "\n" not in line:
        return line
    space = " " * indent
    inner = "".join(f"{space}    {one},\n" for one in items)
    return f"{opening}\n{inner}{space}{closing}"


def _class(typ: str) -> str:
    """Return the Python name of *typ*: aws:lambda/function:Function is aws.lambda_.Function."""
    package, module, name = typ.split(":")
    module = module.partition("/")[0]
    if module == "index":
        return f"{package}.{name}"
    return f"{package}.{module + '_' if module == 'lambda' else module}.{name}"


def _variable(name: str) -> str:
    found = re.sub(r"\W+", "_", name).strip("_") or "it"
    return f"{found}_" if found in {"all", "import", "global", "type"} else found


def _snake(key: str) -> str:
    return _WORD.sub("_", key).lower() if _ARGUMENT.fullmatch(key) else key


def _has_unknown(value: Any) -> bool:
    if is_array(value):
        return any(_has_unknown(one) for one in value)
    if is_object(value):
        return any(_has_unknown(one) for one in value.values())
    return value is UNKNOWN
