"""botocore's service models, read once: the provider and each session would keep a copy.

The models of the shop's services take some 60 MB; nobody changes them.
"""

from __future__ import annotations

from typing import Any, Final

from botocore.loaders import Loader

_make = Loader.__init__
_SHARED: Final[dict[Any, Any]] = {}


def install() -> None:
    """Let all loaders of this process that look in the usual places share what they read."""
    Loader.__init__ = _made  # type: ignore[method-assign]


def _made(self: Any, *args: Any, **kwargs: Any) -> None:
    _make(self, *args, **kwargs)
    # moto's own loader adds to the models: it shares with nobody but its like.
    paths = args[0] if args else kwargs.get("extra_search_paths")
    self._cache = _SHARED.setdefault((type(self), tuple(paths or ())), {})
