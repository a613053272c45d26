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


Command = Annotated[
    list[Annotated[str, Field(min_length=1)]],
    Field(min_length=1),
    pydantic.AfterValidator(without_address),
]
