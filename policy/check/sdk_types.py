"""The resource types of the installed pulumi_aws, without its import, which takes seconds."""

from __future__ import annotations

import difflib
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_TYPE = re.compile(r'"(aws:[\w-]+/\w+:\w+)"')


def full_token(typ: str) -> str:
    """Return the full token of *typ*: `aws:s3:Bucket` is short for `aws:s3/bucket:Bucket`."""
    package, _, rest = typ.partition(":")
    module, _, name = rest.rpartition(":")
    if package != "aws" or not module or not name or "/" in module:
        return typ
    return f"{package}:{module}/{name[0].lower()}{name[1:]}:{name}"


def unknown_type(typ: str) -> str | None:
    """Return a message if pulumi_aws has no resource type *typ*; None for other packages."""
    if not typ.startswith("aws:") or not known_types() or full_token(typ) in known_types():
        return None
    short = {re.sub(r"/\w+:", ":", one): one for one in known_types()}
    near = difflib.get_close_matches(typ, short if "/" not in typ else known_types(), n=1)
    return f"pulumi_aws has no resource type '{typ}'" + (f": write '{near[0]}'" if near else "")


@cache
def known_types() -> frozenset[str]:
    """Return the full tokens of all resource types; none where the SDK is not installed."""
    spec = find_spec("pulumi_aws")
    if spec is None or spec.origin is None:
        return frozenset()
    return frozenset(_TYPE.findall(Path(spec.origin).read_text(encoding="utf-8")))
