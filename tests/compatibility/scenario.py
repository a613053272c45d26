"""Runs the calls of a service in one client, and compares its answers with those of AWS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

import jmespath

if TYPE_CHECKING:
    from tests.compatibility.table import Call

_VARIABLE = re.compile(r"\$\{(\w+)\}")
NOT_SUPPORTED = "NotImplemented"


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """The client raised the error of a service."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Client(Protocol):
    """An AWS client. Blobs are `{"$bytes": <Base64>}` in parameters, Base64 in answers."""

    name: str
    kinds: tuple[str, ...]

    def run(self, call: Call, what: str, parameters: Any) -> Any:
        """Return the answer to *call*; raise Refused."""
        ...


def run(client: Client, found: list[Call], variables: dict[str, Any]) -> dict[str, str]:
    """Run the calls in order; return what is wrong, by number and name of the call."""
    wrong: dict[str, str] = {}
    for number, call in enumerate(found, 1):
        if call.kind not in client.kinds or (call.clients and client.name not in call.clients):
            continue
        said = _judged(client, call, variables)
        if call.differs:
            said = "" if said else f"works, but is said to differ: {call.differs}"
        if said:
            wrong[f"{number} {call.name}"] = said
    return wrong


def _judged(client: Client, call: Call, variables: dict[str, Any]) -> str:
    try:
        what = replaced(call.what, variables)
        answer = client.run(call, what, replaced(call.parameters, variables))
    except KeyError as error:
        return f"an earlier call did not answer {error}"
    except Refused as error:
        codes = [NOT_SUPPORTED] if call.missing else call.error
        return "" if error.code in codes else str(error)
    if call.error or call.missing:
        return f"accepted, not refused with {' or '.join(call.error) or 501}: {answer}"
    for name, expression in call.save.items():
        found = jmespath.search(expression.removeprefix("bytes "), answer)
        if found is None:
            return f"{expression} is not in {answer}"
        variables[name] = {"$bytes": found} if expression.startswith("bytes ") else found
    for expression, expected in replaced(call.expect, variables).items():
        found = jmespath.search(expression, answer)
        if not matches(found, expected):
            return f"{expression} is {found!r}, not {expected!r}"
    return ""


def matches(found: Any, expected: Any) -> bool:
    """Compare; a text between slashes is a regular expression."""
    if isinstance(expected, str) and re.fullmatch("/.+/", expected):
        return isinstance(found, str) and re.search(expected[1:-1], found) is not None
    return found == expected


def replaced(value: Any, variables: dict[str, Any]) -> Any:
    """Return *value* with variables in place of `${name}`."""
    if isinstance(value, dict):
        return {replaced(k, variables): replaced(one, variables) for k, one in value.items()}
    if isinstance(value, list):
        return [replaced(one, variables) for one in value]
    if not isinstance(value, str):
        return value
    if whole := _VARIABLE.fullmatch(value):
        return variables[whole[1]]
    return _VARIABLE.sub(lambda found: str(variables[found[1]]), value)
