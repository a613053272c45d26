"""The table: a folder for each AWS service in `localcloud/aws/`, a row for each resource type.

How a type is added
-------------------
0. For the first type of an AWS service, add its folder `localcloud/aws/<service>/` with a
   declaration in `__init__.py` (see `localcloud/aws/declaration.py`).
1. Write a `Row` (see `localcloud/provider/row.py`) and put it in `ROWS` of
   `localcloud/aws/<service>/resources.py`, or of a module in a folder `resources/`. They are found
   by themselves. `localcloud/aws/sqs/resources.py` is the example.
2. The inputs and outputs are read from the installed SDK; its class shows their names.
3. Name every input in `inputs`: UPDATE, REPLACE, or IGNORED (only where it has no effect here).
4. Write an example in `tests/localcloud/provider/examples/<service>.py`. The contract test finds
   the row by itself, fails without an example, and runs create, read, update, delete, read again
   (gone), the bad inputs, whether what is dropped is as if it had never been set, and the import.
   `test_updates.py` changes every input that is UPDATE (`Example.values`, `Example.variant`): AWS
   must answer otherwise, and a refresh must find it. What the emulated AWS does not store, an
   override stores, or Check refuses it (`supported=False`).

What the engine does without code
---------------------------------
* Request: an input is sent as the member whose name is equal (ignoring case), or equal with the
  type's name before it (`name` -> `QueueName`), in singular or plural, or with `Name`, `Id`,
  `Arn` after it; then blocks and lists inside likewise, converted to the type of the member.
  `Op.rename` says otherwise. Tags are sent in the form of the member `Tags`, `tags` or
  `TagSpecifications` where the operation has one; otherwise they are set by `Row.tags` afterwards.
* Update: `change` finds what the program dropped at its `reset` or `default` value.
* Outputs: the inputs, and over them what `read` answers, matched by the same rule: scalars, lists
  and, in blocks, the members that the program states (`Row.answered_as` says where names do not
  fit). What `read` answers no longer is gone. Everything is brought into the form that the SDK
  declares ("true" -> True, "30" -> 30) and what the SDK does not declare is dropped.
* Check: types, required members, enums, lengths, patterns and ranges of the shape of `create`.
* Diff: inputs against old inputs, by meaning: see `defaults.py` and `equality.py`.
* Errors: retries are off; a not-found error in `read` or `delete` means gone; everything else is
  shown as `<operation>: <code>: <message>`. After a failure behind `context.id = ...` the object is
  kept in the state as incomplete and the next update applies every input again.

A function of the provider (`getRegion`) is put in `INVOKES` of such a module, or, if it searches
the account for an object (`getVpc`), in `LOOKUPS`: it raises `lookups.LookupFailedError` or the
error of AWS when nothing fits.

What a function may use: see `localcloud/provider/context.py`.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from localcloud import aws

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from localcloud.provider.row import Invoke, Row


@dataclass(frozen=True)
class Table:
    """Every type and every function that the provider has."""

    rows: Mapping[str, Row]
    invokes: Mapping[str, Invoke]

    lookups: frozenset[str]
    """The functions that search the account: `lookups.yaml` may say what is not found there."""


@cache
def table() -> Table:
    """Read the table from the `resources` of each folder in `localcloud.aws`."""
    rows: dict[str, Row] = {}
    invokes: dict[str, Invoke] = {}
    lookups: dict[str, Invoke] = {}
    for module in _modules():
        for row in getattr(module, "ROWS", ()):
            if row.type in rows:
                raise ValueError(f"{row.type} has two rows: remove the one in {module.__name__}")
            rows[row.type] = row
        invokes.update(getattr(module, "INVOKES", {}))
        lookups.update(getattr(module, "LOOKUPS", {}))
    return Table(rows, {**invokes, **lookups}, frozenset(lookups))


def _modules() -> Iterator[ModuleType]:
    """Import `localcloud.aws.<service>.resources`, and the modules in it where it is a folder."""
    for service in pkgutil.iter_modules(aws.__path__, f"{aws.__name__}."):
        name = f"{service.name}.resources"
        if not service.ispkg or importlib.util.find_spec(name) is None:
            continue
        module = importlib.import_module(name)
        yield module
        for inside in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{name}."):
            yield importlib.import_module(inside.name)
