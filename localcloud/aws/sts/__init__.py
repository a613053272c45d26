"""STS, and the functions that return account and region."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="sts",
    moto="sts",
    quiet_operations=frozenset({"AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"}),
    read_by_every_request=True,
    overrides=("overrides.sessions:install",),
    overrides_with_endpoints=("overrides.web_identity:install",),
)
