"""Copies of a description in which one field is another."""

from __future__ import annotations

import enum

import pydantic


def changes(model):
    """Yield each field of *model*, however deep, with a copy in which only it is another."""
    for field in type(model).model_fields:
        value = getattr(model, field)
        for path, changed in _variants(value):
            yield (
                ".".join([field, *path]),
                type(model).model_construct(**{**dict(model), field: changed}),
            )


def _variants(value):
    match value:
        case pydantic.BaseModel():
            yield from ((path.split("."), changed) for path, changed in changes(value))
        case dict():
            for name, item in value.items():
                yield from (([name, *p], {**value, name: new}) for p, new in _variants(item))
        case [pydantic.BaseModel(), *_]:
            for index, item in enumerate(value):
                before, after = value[:index], value[index + 1 :]
                yield from (
                    ([str(index), *p], [*before, new, *after]) for p, new in _variants(item)
                )
        case None:
            return
        case _:
            yield [], _another(value)


def _another(value):
    match value:
        case enum.Enum():
            return next(other for other in type(value) if other is not value)
        case str():
            return {"S": "N", "N": "S"}.get(value, f"{value}x")
        case bool():
            return not value
        case list():
            return [*value, "extra"]
        case _:
            return value + 1
