"""The one account and region of the emulated AWS."""

from __future__ import annotations

ACCOUNT = "000000000000"
REGION = "eu-west-1"
