"""Account and region of the emulated AWS."""

from __future__ import annotations

from typing import Final

ACCOUNT: Final = "000000000000"
"""Account id that no real account has."""

REGION: Final = "eu-west-1"
