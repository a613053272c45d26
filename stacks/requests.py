"""Has the SDK wait for the program's requests in turn, which takes half the time of large stacks.

When a program ends, the SDK waits for the requests that have begun and then for all outputs, anew
after each that is ready. None has begun by then, so it looks at every output, thousands of them,
as often as there are resources. With one request in its list it lets the others begin first.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from pulumi.runtime.settings import (
    _get_rpc_manager,  # pyright: ignore[reportPrivateUsage] - the only way to the list
)

if TYPE_CHECKING:
    from collections.abc import Awaitable


def wait_in_turn() -> None:
    """Add a request that is done at once; call it when the program has registered everything."""
    requests = cast("list[Awaitable[Any]]", vars(_get_rpc_manager())["rpcs"])
    requests.append(asyncio.sleep(0))
