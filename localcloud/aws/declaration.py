"""What each AWS service declares about itself, in the `__init__` of its folder.

A declaration is data only: it must not import moto, which the workers and the provider do without.
Functions are named as `module:function`, relative to the folder, and imported when they are called.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Service:
    """One AWS service: how its requests are treated, what is saved, and what replaces moto."""

    package: str
    """The folder's package, `__name__`."""

    signing_name: str
    """Name in the credential scope of a signed request, such as `elasticloadbalancing`."""

    moto: str
    """Name of moto's package, such as `elbv2`."""

    warm_up: bool = True
    """Whether moto's backend is imported at start instead of at the first request."""

    target_prefix: str = ""
    """Prefix of `X-Amz-Target` that identifies requests that are not signed."""

    read_operations: frozenset[str] = frozenset()
    """Operations that change nothing although their name does not begin like `Get` or `List`."""

    data_operations: frozenset[str] = frozenset()
    """Operations on journalled collections: no snapshot is saved and no change is announced."""

    telemetry_operations: frozenset[str] = frozenset()
    """Operations that the telemetry process answers, without moto and the journal's lock."""

    quiet_operations: frozenset[str] = frozenset()
    """Operations that are saved by snapshot, but announce no change."""

    data_changes_backend: bool = True
    """Whether data operations of any service may change this backend outside its collections."""

    read_by_every_request: bool = False
    """Whether requests to other services fetch this backend without changing it."""

    related: tuple[str, ...] = ()
    """moto's names of the backends that this one holds, and changes without fetching them."""

    collections: Mapping[str, str] = field(default_factory=dict[str, str])
    """Journalled collections, by the first word of their names: the function that restores an
    entry of collection, key and value."""

    announced_collections: frozenset[str] = frozenset()
    """Collections of whose changes the workers learn, under the collection's name."""

    before_moto: tuple[str, ...] = ()
    """Functions called before any backend of moto is imported."""

    overrides: tuple[str, ...] = ()
    """Functions that replace parts of moto."""

    overrides_with_endpoints: tuple[str, ...] = ()
    """Functions that replace parts of moto, given the `ControlEndpoints`."""

    applications: tuple[str, ...] = ()
    """Classes of WSGI applications that answer the paths they match in moto's place."""

    after_load: tuple[str, ...] = ()
    """Functions that complete the loaded state."""

    resume: tuple[str, ...] = ()
    """Functions that continue what was in progress when the process ended."""

    gauges: tuple[str, ...] = ()
    """Functions that add what is measured rather than counted to the `Measurements` they are given,
    every ten seconds."""

    count_error: str = ""
    """Function called with the body of each error response, if errors are metrics."""

    wake_waiting: tuple[str, ...] = ()
    """Functions that answer long polls when the process is about to end."""

    close: tuple[str, ...] = ()
    """Functions that stop what this process started."""

    downloads: Mapping[str, str] = field(default_factory=dict[str, str])
    """GET routes below `/_bulkhead/`, by pattern: the function is given the `ControlEndpoints`
    and the pattern's groups, and returns the body: bytes, or an object for JSON."""

    reports: Mapping[str, str] = field(default_factory=dict[str, str])
    """PUT routes below `/_bulkhead/` on which the workers report state: the function merges the
    body."""

    def load(self, name: str) -> Any:
        """Import the function or class *name*, written as `module:function`."""
        module, _, attribute = name.partition(":")
        return getattr(importlib.import_module(f"{self.package}.{module}"), attribute)
