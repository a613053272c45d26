"""The times that dashboards and widgets name, as `-PT3H`."""

from __future__ import annotations

import re

RELATIVE = re.compile(
    r"-P(?:(?P<days>\d{1,3})D)?(?:T(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,5})M)?)?"
)
DAY, HOUR, MINUTE = 1440, 60, 1


def minutes(text: object) -> int | None:
    """Return the minutes of a relative time; None for what is none."""
    found = RELATIVE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    units = {"days": DAY, "hours": HOUR, "minutes": MINUTE}
    return sum(int(found[name] or 0) * unit for name, unit in units.items()) or None
