"""The names of the emulated AWS, as the control plane reports them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import aiohttp

from localcloud.names import READ_SECONDS, Names

if TYPE_CHECKING:
    from localcloud.layout import Layout

_LOG = logging.getLogger(__name__)


NAMED = frozenset({"apigateway", "route53", "s3"})
"""Services whose changes may change local addresses in variables."""


class NameReader:
    """Reads the names; those of the last time serve while the control plane is unreachable."""

    def __init__(self, layout: Layout, endpoint: str, http: aiohttp.ClientSession) -> None:
        """Read from the control plane at *endpoint*."""
        self.last = Names(layout)
        self._url = f"{endpoint}/_bulkhead/names"
        self._http = http

    async def __call__(self) -> Names:
        """Return the names at present."""
        limit = aiohttp.ClientTimeout(total=READ_SECONDS)
        try:
            async with self._http.get(self._url, timeout=limit) as response:
                response.raise_for_status()
                self.last = Names.of(self.last.layout, await response.json())
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError) as error:
            _LOG.warning("names cannot be read, using those of the last time: %r", error)
        return self.last
