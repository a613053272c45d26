"""`RandomInteger`, `RandomPet` and `RandomShuffle`."""

from __future__ import annotations

import random
import secrets
from typing import TYPE_CHECKING

import petname

from localcloud.provider.inputs import Limit
from localcloud.provider.limits import quoted
from localcloud.provider.row import CheckFailure
from localcloud.provider.utilities.declarations import (
    MAX_SIZE,
    ImportIdError,
    Made,
    Property,
    ResourceType,
)
from localcloud.provider.utilities.strings import KEEPERS
from localcloud.provider.values import is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.utilities.declarations import Properties

_INTEGER_PARTS = (3, 4)


def generator(seed: str | None) -> random.Random:
    """Return a generator; with a seed it always returns the same numbers.

    They are not the numbers that the `random` provider returns for the seed.
    """
    return random.Random(seed) if seed else secrets.SystemRandom()  # noqa: S311 - a chosen seed


def _create_integer(inputs: Properties) -> Made:
    result = generator(inputs.get("seed")).randint(inputs["min"], inputs["max"])
    return Made(str(result), {"result": result})


def _check_integer(inputs: Properties) -> Iterator[CheckFailure]:
    low, high = inputs["min"], inputs["max"]
    if not is_unknown(low) and not is_unknown(high) and low > high:
        yield CheckFailure("min", f"is {low}: use at most max, which is {high}")


def _restore_integer(text: str) -> Made:
    parts = text.split(",")
    try:
        result, low, high = (int(part) for part in parts[:3])
    except ValueError:
        result = low = high = 0
        parts = []
    if len(parts) not in _INTEGER_PARTS:
        raise ImportIdError(
            f"{quoted(text)} is not an import ID: write <result>,<min>,<max>[,<seed>]"
        )
    seed = {"seed": parts[3]} if parts[3:] else {}
    return Made(str(result), {"min": low, "max": high, **seed, "result": result})


def _create_pet(inputs: Properties) -> Made:
    separator, prefix = inputs["separator"], inputs.get("prefix", "")
    pet = petname.generate(inputs["length"], separator).lower()
    return Made(f"{prefix}{separator}{pet}" if prefix else pet, {})


def _create_shuffle(inputs: Properties) -> Made:
    items, source = inputs["inputs"], generator(inputs.get("seed"))
    count = inputs.get("resultCount") or len(items)
    results: list[str] = []
    while items and len(results) < count:
        results += source.sample(items, len(items))
    return Made("-", {"results": results[:count]})


TYPES = {
    "random:index/randomInteger:RandomInteger": ResourceType(
        inputs={
            "keepers": KEEPERS,
            "max": Property(kind="integer", required=True),
            "min": Property(kind="integer", required=True),
            "seed": Property(kind="string"),
        },
        computed={"result": "integer"},
        check=_check_integer,
        create=_create_integer,
        restore=_restore_integer,
    ),
    "random:index/randomPet:RandomPet": ResourceType(
        inputs={
            "keepers": KEEPERS,
            "length": Property(kind="integer", default=2, limit=Limit(minimum=1, maximum=MAX_SIZE)),
            "prefix": Property(kind="string"),
            "separator": Property(kind="string", default="-"),
        },
        computed={},
        create=_create_pet,
    ),
    "random:index/randomShuffle:RandomShuffle": ResourceType(
        inputs={
            "inputs": Property(kind=["list", "string"], required=True),
            "keepers": KEEPERS,
            "resultCount": Property(kind="integer", limit=Limit(minimum=0, maximum=MAX_SIZE)),
            "seed": Property(kind="string"),
        },
        computed={"results": ["list", "string"]},
        create=_create_shuffle,
    ),
}
