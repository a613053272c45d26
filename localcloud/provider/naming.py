"""Autonaming: names of objects that the program does not name."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.provider.row import CheckFailure
from localcloud.provider.values import DEFAULTS, is_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.row import Naming

PROPOSE, ENFORCE, DISABLE = 0, 1, 2
"""`CheckRequest.AutonamingOptions.Mode`."""

RANDOM_DIGITS = 7


@dataclass(frozen=True)
class Autonaming:
    """The `pulumi:autonaming` configuration of the project."""

    mode: int = PROPOSE
    proposed: str = ""


@dataclass(frozen=True)
class NameRequest:
    """The logical name, random seed and autonaming options of one resource."""

    logical_name: str
    seed: bytes = b""
    autonaming: Autonaming | None = None


def autoname(
    naming: Naming, news: dict[str, Any], olds: Mapping[str, Any], wish: NameRequest
) -> CheckFailure | None:
    """Set a generated name in *news* if the program sets none; return a failure if that fails."""
    key = naming.property
    if news.get(key) is not None:
        return None
    prefix = news.get(naming.prefix_property)
    if prefix is None and not naming.required:
        return None
    kept = olds.get(key) if key in olds.get(DEFAULTS, ()) else None
    if naming.suffix is not None and naming.suffix(news) != naming.suffix(olds):
        kept = None
    if kept is not None and (prefix is None or is_unknown(prefix) or kept.startswith(prefix)):
        made = kept
    elif is_unknown(prefix):
        return None
    elif prefix is None and wish.autonaming and wish.autonaming.mode == DISABLE:
        return CheckFailure(key, "is not set and autonaming is disabled: set it")
    else:
        made = _generate(naming, news, prefix, wish)
    if len(made) > naming.max_length:
        return CheckFailure(
            key,
            f'would be "{made}", {len(made)} characters, and AWS allows {naming.max_length}: '
            f"set it, or shorten the resource's name or its pattern in pulumi:autonaming",
        )
    news[key] = made
    news[DEFAULTS] = sorted({*news.get(DEFAULTS, ()), key})
    return None


def _generate(
    naming: Naming, news: Mapping[str, Any], prefix: str | None, wish: NameRequest
) -> str:
    if not naming.random:
        return wish.logical_name
    random = hashlib.sha256(wish.seed).hexdigest() if wish.seed else uuid.uuid4().hex
    autonaming = wish.autonaming
    if prefix is not None:
        made = prefix + random[: min(26, max(naming.max_length - len(prefix), RANDOM_DIGITS))]
    elif autonaming is not None and autonaming.proposed:
        made = autonaming.proposed
        if autonaming.mode == ENFORCE:
            return made
    else:
        made = f"{wish.logical_name}-{random[:RANDOM_DIGITS]}"
    made = made.lower() if naming.lower else made
    if not made.startswith(naming.prefix):
        made = naming.prefix + made
    suffix = naming.suffix(news) if naming.suffix else ""
    return made if made.endswith(suffix) else made + suffix
