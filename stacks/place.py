"""Which environment this is, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass

LOCAL_ACCOUNT = "000000000000"  # no account of AWS's has this number


@dataclass(frozen=True, kw_only=True)
class Place:
    """An environment's name, account and region."""

    environment: str
    """The environment's name, which is its stack's."""

    account: str
    """The one account it may be deployed to."""

    region: str
    """Its region."""

    @property
    def local(self) -> bool:
        """Whether it runs on a laptop."""
        return self.account == LOCAL_ACCOUNT
