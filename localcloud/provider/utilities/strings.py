"""`RandomPassword` and `RandomString`."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING

import bcrypt

from localcloud.provider.inputs import Limit
from localcloud.provider.row import CheckFailure
from localcloud.provider.utilities.declarations import MAX_SIZE, Made, Property, ResourceType
from localcloud.provider.values import is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.utilities.declarations import Properties

SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
BCRYPT_BYTES = 72
"""What bcrypt hashes at most; like the provider, the rest is left out."""

CLASSES = {
    "upper": "minUpper",
    "lower": "minLower",
    "numeric": "minNumeric",
    "special": "minSpecial",
}
"""Character class -> the input with its least number."""

KEEPERS = Property(kind=["map", "string"], empty_is_unset=True)
_COUNT = Limit(minimum=0, maximum=MAX_SIZE)

INPUTS = {
    "keepers": KEEPERS,
    "length": Property(kind="integer", required=True, limit=Limit(minimum=1, maximum=MAX_SIZE)),
    "lower": Property(kind="boolean", default=True),
    "minLower": Property(kind="integer", default=0, limit=_COUNT),
    "minNumeric": Property(kind="integer", default=0, limit=_COUNT),
    "minSpecial": Property(kind="integer", default=0, limit=_COUNT),
    "minUpper": Property(kind="integer", default=0, limit=_COUNT),
    "number": Property(kind="boolean"),
    "numeric": Property(kind="boolean"),
    "overrideSpecial": Property(kind="string", empty_is_unset=True),
    "special": Property(kind="boolean", default=True),
    "upper": Property(kind="boolean", default=True),
}


def characters(inputs: Properties) -> dict[str, str]:
    """Return the characters of each class."""
    return {
        "upper": string.ascii_uppercase,
        "lower": string.ascii_lowercase,
        "numeric": string.digits,
        "special": inputs.get("overrideSpecial") or SPECIAL,
    }


def generate(inputs: Properties) -> str:
    """Return a random string of the wanted length with the least number of each class."""
    classes = characters(inputs)
    chosen = [
        secrets.choice(classes[name])
        for name, minimum in CLASSES.items()
        for _ in range(inputs[minimum])
    ]
    allowed = "".join(found for name, found in classes.items() if inputs[name])
    chosen += [secrets.choice(allowed) for _ in range(inputs["length"] - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def complete(inputs: Properties) -> Properties:
    """Set `numeric` and its deprecated name `number` to the same value."""
    value = inputs.get("numeric", inputs.get("number", True))
    return {"number": value, "numeric": value, **inputs}


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what no string can satisfy."""
    pair = (inputs["number"], inputs["numeric"])
    if pair[0] != pair[1] and not any(map(is_unknown, pair)):
        yield CheckFailure("number", f"is {inputs['number']} and numeric is not: set numeric only")
    if any(is_unknown(inputs[key]) for key in ("length", *CLASSES.values())):
        return
    least = sum(inputs[key] for key in CLASSES.values())
    if inputs["length"] < least:
        names = " + ".join(CLASSES.values())
        yield CheckFailure("length", f"is {inputs['length']}: use at least {least}, {names}")
    elif inputs["length"] > least and not any(inputs[name] for name in CLASSES):
        yield CheckFailure(
            "length", f"leaves no character to choose: set one of {', '.join(CLASSES)} to True"
        )


def bcrypt_hash(text: str) -> str:
    """Return the bcrypt hash of *text*."""
    return bcrypt.hashpw(text.encode()[:BCRYPT_BYTES], bcrypt.gensalt(10)).decode()


def _create_password(inputs: Properties) -> Made:
    return _password(generate(inputs))


def _password(result: str) -> Made:
    return Made("none", {"result": result, "bcryptHash": bcrypt_hash(result)})


def _create_string(inputs: Properties) -> Made:
    result = generate(inputs)
    return Made(result, {"result": result})


def _imported(text: str) -> Properties:
    """Return the inputs of a string that exists already."""
    defaults = {key: item.default for key, item in INPUTS.items() if item.default is not None}
    return complete({**defaults, "length": len(text)})


def _restore_password(text: str) -> Made:
    return Made("none", {**_imported(text), **_password(text).outputs})


def _restore_string(text: str) -> Made:
    return Made(text, {**_imported(text), "result": text})


TYPES = {
    "random:index/randomPassword:RandomPassword": ResourceType(
        inputs=INPUTS,
        computed={"bcryptHash": "string", "result": "string"},
        secret=frozenset({"bcryptHash", "result"}),
        complete=complete,
        check=check,
        create=_create_password,
        restore=_restore_password,
    ),
    "random:index/randomString:RandomString": ResourceType(
        inputs=INPUTS,
        computed={"result": "string"},
        complete=complete,
        check=check,
        create=_create_string,
        restore=_restore_string,
    ),
}
