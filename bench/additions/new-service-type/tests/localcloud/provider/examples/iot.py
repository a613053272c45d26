"""Examples of things."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

EXAMPLES = (
    Example(
        type="aws:iot/thing:Thing",
        inputs=lambda _: {"attributes": {"room": "kitchen"}},
        update={"attributes": {"room": "hall"}},
        bad={"name": "no spaces"},
    ),
)
