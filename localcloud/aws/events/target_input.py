"""What a target receives of an event: all of it, `Input`, `InputPath` or `InputTransformer`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INPUTS = ("Input", "InputPath", "InputTransformer")
PREDEFINED = tuple(
    f"aws.events.{name}"
    for name in ("rule-arn", "rule-name", "event", "event.json", "event.ingestion-time")
)
_STEP = r"""\.(?P<name>[\w/:-]+)|\.(?P<any>\*)|\[(?P<index>\d+|\*)\]|\[(?:'([^']+)'|"([^"]+)")\]"""
_STEPS = re.compile(_STEP)
PATH = re.compile(rf"\$(?:{re.sub('[?]P<[a-z]+>', '?:', _STEP)})*")
_TOKEN = re.compile(r'\\.|"|<(?P<variable>[\w.-]+)>', re.DOTALL)
_ABSENT = object()


def payload(target: Mapping[str, Any], event: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """Return the text that *target* receives; *known* are the predefined variables."""
    if target.get("Input"):
        return target["Input"]
    if target.get("InputPath"):
        found = at(event, target["InputPath"])
        return json.dumps(None if found is _ABSENT else found)
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    paths = transformer.get("InputPathsMap") or {}
    values = {name: found for name in paths if (found := at(event, paths[name])) is not _ABSENT}
    return fill(transformer["InputTemplate"], {**values, **known})


def at(event: Any, path: str) -> Any:
    """Return what the JSON path names in *event*, a list where it has a wildcard."""
    found, many = [event], False
    for step in _STEPS.finditer(path):
        key = step["name"] or step[4] or step[5] or step["any"] or step["index"]
        many = many or key == "*"
        found = [item for value in found for item in _step(value, key)]
    return found if many else found[0] if found else _ABSENT


def _step(value: Any, key: str) -> list[Any]:
    if key == "*":
        return list(value.values()) if isinstance(value, dict) else _items(value)
    if isinstance(value, dict):
        return [value[key]] if key in value else []
    return _items(value)[int(key) :][:1] if key.isdecimal() else []


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Return *template* with its variables replaced: by JSON, and inside a JSON string by text.

    As in AWS, a text is not escaped, an object or array inside a string loses its quotation marks,
    and a variable whose path finds nothing is empty.
    """
    quoted = False

    def replace(token: re.Match[str]) -> str:
        nonlocal quoted
        if token["variable"] is None:
            quoted ^= token[0] == '"'
            return token[0]
        value = values.get(token["variable"], "")
        if not quoted:
            return json.dumps(value)
        return value if isinstance(value, str) else json.dumps(value).replace('"', "")

    return _TOKEN.sub(replace, template)


def problems(target: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each member of a target's input that is invalid, and why."""
    used = [name for name in INPUTS if target.get(name)]
    for name in used[1:]:
        yield name, f"conflicts with {used[0]}: set one of them"
    if target.get("Input") and not _is_json(target["Input"]):
        yield "Input", "is not valid JSON: use json.dumps"
    path = target.get("InputPath")
    if path and not PATH.fullmatch(path):
        yield "InputPath", f'is "{path}", not a JSON path: write one such as "$.detail"'
    transformer = target.get("InputTransformer")
    if transformer:
        reason = _transformer_problem(
            transformer.get("InputPathsMap") or {}, str(transformer.get("InputTemplate") or "")
        )
        if reason:
            yield "InputTransformer", reason


def _transformer_problem(paths: Mapping[str, str], template: str) -> str | None:
    for name, path in paths.items():
        if name.lower().startswith("aws"):
            return f'has the variable "{name}": names that begin with "aws" are reserved'
        if not PATH.fullmatch(path):
            return f'has the path "{path}": write a JSON path such as "$.detail"'
    for token in _TOKEN.finditer(template):
        name = token["variable"]
        if name is not None and name not in {*paths, *PREDEFINED}:
            return f"has the placeholder <{name}> in its template, but no path for it: add it"
    text = fill(template, {})
    if not _is_json(text) and not all(_is_json(line) for line in text.splitlines()):
        return "has a template that is neither JSON nor a string in quotation marks"
    return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
