"""The roles that services share: `services/roles.yaml`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec import document
from spec.faults import Fault, SpecError
from spec.model import NAME
from spec.reading import PATTERNS
from spec.service import RESERVED, reserved

if TYPE_CHECKING:
    from pathlib import Path


def read_roles(file: Path) -> dict[str, str]:
    """Return the roles in *file* with their descriptions; raises SpecError with every fault."""
    if not file.exists():
        return {}
    source = document.read(file)
    faults = [
        Fault(file, source.line([role]), role, repr(about), "write what the role may do")
        for role, about in source.values.items()
        if not isinstance(about, str) or not about
    ]
    faults += [
        Fault(file, source.line([role]), role, f"the role {role!r}", reserved(role))
        for role in source.values
        if role in RESERVED
    ]
    faults += [
        Fault(file, source.line([role]), role, f"the role {role!r}", PATTERNS[NAME])
        for role in source.values
        if not re.fullmatch(NAME, role)
    ]
    if faults:
        raise SpecError(faults)
    return dict(source.values)
