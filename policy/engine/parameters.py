"""The parameters of a rule as a pydantic model, derived from their default values.

The type of a default is the type of the parameter: a number, a list of strings. Where a default is
None, or an empty list or object, every value of the list or object is accepted.
"""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pydantic
from pydantic_core import to_jsonable_python

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails


class _Parameters(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True)


def model(defaults: Mapping[str, Any]) -> type[pydantic.BaseModel]:
    """Return a model with a field for each parameter in *defaults*."""
    fields = {name: (_type(value), value) for name, value in to_jsonable_python(defaults).items()}
    return cast(
        "type[pydantic.BaseModel]",
        pydantic.create_model("Parameters", __base__=_Parameters, **cast("Any", fields)),
    )


def faults(
    model: type[pydantic.BaseModel], given: Mapping[str, Any]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the location and the message of each mistake in *given*, parameters of *model*."""
    try:
        model.model_validate(given)
    except pydantic.ValidationError as error:
        for one in error.errors():
            yield one["loc"], message(one, "parameter", model.model_fields)


@cache
def config_schema(model: type[pydantic.BaseModel]) -> dict[str, dict[str, Any]]:
    """Return the JSON schema of each field of *model*, without references, as CrossGuard needs."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    return {name: _resolved(one, definitions) for name, one in schema["properties"].items()}


def message(error: ErrorDetails, kind: str, known: Iterable[str]) -> str:
    """Return a message about *error*: its location, what was found and what is expected.

    *kind*: the word for a field; *known*: the names of the fields.
    """
    *_, last = error["loc"] or ("",)
    if error["type"] == "extra_forbidden":
        return f"there is no {kind} '{last}'{_suggestion(str(last), known)}"
    where = _path(error["loc"])
    if error["type"] == "missing":
        return f"{where} is missing"
    if error["type"].startswith("date"):
        return f"{where}: found {error['input']!r}; write a date such as 2027-05-31"
    expected = error["msg"].removeprefix("Input should be ")
    if expected == error["msg"]:
        return f"{where}: {expected.removeprefix('Value error, ')}; found {error['input']!r}"
    return f"{where}: found {error['input']!r}; write {expected}"


def _type(value: Any) -> Any:
    """Return the type of a parameter with the default *value*."""
    if isinstance(value, list):
        return list[_common_type(cast("list[Any]", value))]
    if isinstance(value, dict):
        return dict[str, _common_type(cast("dict[str, Any]", value).values())]
    if isinstance(value, int) and not isinstance(value, bool):
        return float  # the engine sends every number as one
    return Any if value is None else cast("type[Any]", type(value))


def _common_type(values: Iterable[Any]) -> Any:
    """Return the type of all *values*, or Any if they differ."""
    types = [_type(one) for one in values]
    return types[0] if types and all(one == types[0] for one in types) else Any


def _resolved(schema: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_resolved(one, definitions) for one in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    given = cast("dict[str, Any]", schema)
    if "$ref" in given:
        return _resolved(definitions[given["$ref"].rpartition("/")[2]], definitions)
    is_text = isinstance(given.get("title"), str)
    return {
        key: one if key == "default" else _resolved(one, definitions)
        for key, one in given.items()
        if key != "title" or not is_text
    }


def _path(location: Iterable[str | int]) -> str:
    """Return *location* as written in a configuration: `allowed.databases[0]`."""
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in location)[1:]


def _suggestion(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    if not names:
        return ": the rule takes none"
    close = difflib.get_close_matches(name, names, n=1)
    return f": write '{close[0]}'" if close else f": there are {', '.join(names)}"
