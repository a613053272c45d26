"""The environment, account and region of a deployment."""

from __future__ import annotations

from dataclasses import dataclass

LOCAL_ACCOUNT = "000000000000"  # not a valid AWS account ID


@dataclass(frozen=True, kw_only=True)
class DeploymentTarget:
    """Environment, account and region of a deployment."""

    environment: str
    """Name of the environment and of its stack."""

    account: str
    """ID of the only account it may be deployed to."""

    region: str
    """AWS region."""

    @property
    def local(self) -> bool:
        """Whether it is the local environment."""
        return self.account == LOCAL_ACCOUNT
