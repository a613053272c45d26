"""IAM: policy documents as JSON, written as the real provider writes them."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from localcloud.provider.context import ResourceFailedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

VERSION = "2012-10-17"
LISTS = {
    "Action": "actions",
    "NotAction": "notActions",
    "Resource": "resources",
    "NotResource": "notResources",
}
ELEMENTS = ("Sid", "Effect", *LISTS, "Principal", "NotPrincipal", "Condition")
"""The elements of a statement in their order."""
ESCAPES = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"})
"""What Go's JSON escapes."""


def policy_document(context: Context) -> Properties:
    """Return a policy document as JSON, merged from statements and other documents."""
    inputs = context.inputs
    merged: dict[str, Any] = {"Version": ""}
    sources = [json.loads(text) for text in inputs.get("sourcePolicyDocuments") or () if text]
    version = inputs.get("version") or VERSION
    own = {
        "Version": version,
        "Id": inputs.get("policyId"),
        "Statement": [_statement(item, version) for item in inputs.get("statements") or ()],
    }
    overrides = [json.loads(text) for text in inputs.get("overridePolicyDocuments") or () if text]
    _require_unique("sourcePolicyDocuments", sources)
    _require_unique("statements", [own])
    for document in (*sources, own, *overrides):
        _merge(merged, document)
    text = json.dumps(merged, indent=2, ensure_ascii=False).translate(ESCAPES)
    return {
        "id": str(zlib.crc32(text.encode())),
        "json": text,
        "minifiedJson": json.dumps(merged, separators=(",", ":"), ensure_ascii=False).translate(
            ESCAPES
        ),
        **{key: value for key, value in inputs.items() if key != "region"},
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _require_unique(where: str, documents: Iterable[dict[str, Any]]) -> None:
    """Raise when two statements of *documents* have the same Sid."""
    seen: set[str] = set()
    for document in documents:
        for statement in _listed(document.get("Statement") or []):
            sid = statement.get("Sid")
            if sid and sid in seen:
                raise ResourceFailedError(
                    f"duplicate Sid ({sid}) in {where}: remove it, or make it unique"
                )
            seen.add(sid)


def _merge(merged: dict[str, Any], document: dict[str, Any]) -> None:
    """Add *document*; its statements replace those with the same Sid."""
    merged["Version"] = max(merged["Version"], document.get("Version") or "")
    statements: list[dict[str, Any]] = merged.pop("Statement", [])
    if document.get("Id"):
        merged["Id"] = document["Id"]
    for found in _listed(document.get("Statement") or []):
        statement = _ordered(found)
        sid = statement.get("Sid")
        same = (at for at, one in enumerate(statements) if sid and one.get("Sid") == sid)
        at = next(same, len(statements))
        statements[at : at + 1] = [statement]
    if statements:
        merged["Statement"] = statements


def _ordered(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement with its elements and their keys in order."""
    found = {key: statement[key] for key in ELEMENTS if statement.get(key)}
    for key in ("Principal", "NotPrincipal"):
        if isinstance(found.get(key), str):
            found[key] = "*"
        elif key in found:
            found[key] = {
                type_: sorted(some, reverse=True) if isinstance(some, list) else some
                for type_, some in sorted(found[key].items())
            }
    if "Condition" in found:
        found["Condition"] = {
            test: {key: _values(value) for key, value in sorted(variables.items())}
            for test, variables in sorted(found["Condition"].items())
        }
    return found


def _values(value: Any) -> Any:
    """Return the values of a condition: a single one without a list, booleans as text."""
    items = [str(one).lower() if isinstance(one, bool) else one for one in _listed(value)]
    return _unwrapped(items)


def _statement(item: dict[str, Any], version: str) -> dict[str, Any]:
    """Return a statement of the program in the form of IAM."""
    found: dict[str, Any] = {"Sid": item.get("sid"), "Effect": item.get("effect") or "Allow"}
    for element, key in LISTS.items():
        if values := item.get(key):
            values = sorted(values, reverse=True)
            found[element] = _unwrapped(
                values if element.endswith("Action") else _variables(values, version)
            )
    for key, element in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if item.get(key):
            found[element] = _principals(item[key], version)
    conditions: dict[str, dict[str, list[Any]]] = {}
    for condition in item.get("conditions") or ():
        test = conditions.setdefault(condition["test"], {})
        values = _variables(condition["values"], version)
        test.setdefault(condition["variable"], []).extend(values)
    return {**found, "Condition": conditions}


def _principals(items: list[dict[str, Any]], version: str) -> Any:
    """Return principals by type; "*" for everyone."""
    if [(item["type"], item["identifiers"]) for item in items] == [("*", ["*"])]:
        return "*"
    found: dict[str, list[Any]] = {}
    for item in items:
        some = _variables(sorted(item["identifiers"], reverse=True), version)
        found.setdefault(item["type"], []).extend(some)
    return {type_: _unwrapped(identifiers) for type_, identifiers in found.items()}


def _variables(values: list[str], version: str) -> list[str]:
    """Return *values* with `&{...}`, which stands for a policy variable, as `${...}`."""
    for value in values:
        if version != VERSION and "&{" in value:
            raise ResourceFailedError(
                f"found &{{ in {value}, which version {version} of policies does not support: "
                f"set version to {VERSION}"
            )
    return [value.replace("&{", "${") for value in values]


def _unwrapped(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


INVOKES = {"aws:iam/getPolicyDocument:getPolicyDocument": policy_document}
