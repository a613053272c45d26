"""The command line of a program in a container."""

from __future__ import annotations

import re
from typing import Annotated

import pydantic
from pydantic import Field

ADDRESS = re.compile(
    r"(^|\D)(\d{1,3}(\.\d{1,3}){3})(\D|$)"  # an IPv4 address
    r"|localhost|\[::1?\]"
    r"|[\w\]]:\d{2,5}$"  # host:port
    r"|^--?(host|port|bind)(=|$)"
)
PYTHON = re.compile(r"(.*/)?python(3(\.\d+)?)?")
OBJECT = re.compile(r"[A-Za-z_]\w*(\.\w+)*:[A-Za-z_]\w*")


def without_address(command: list[str]) -> list[str]:
    """Return *command*; raises ValueError if it fixes the address it listens on."""
    for word in command:
        if ADDRESS.search(word):
            message = (
                f"remove {word!r} from the command and let the program read HOST and PORT from"
                " its environment: two tasks may share one machine"
            )
            raise ValueError(message)
    return command


def entry_points(command: list[str]) -> list[str]:
    """Return the Python code that *command* starts.

    `orders.relay` is a module that runs with `-m`, `orders.app:create` an object of a module as
    uvicorn takes it, `tools/relay.py` a file.
    """
    program, *arguments = command
    found: list[str] = []
    if PYTHON.fullmatch(program):
        for index, argument in enumerate(arguments):
            if argument == "-m":
                found += arguments[index + 1 : index + 2]
            if argument in {"-m", "-c"}:
                break
            if not argument.startswith("-"):
                found.append(argument)
                break
    return found + [argument for argument in arguments if OBJECT.fullmatch(argument)]


Command = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    Field(min_length=1),
    pydantic.AfterValidator(without_address),
]
