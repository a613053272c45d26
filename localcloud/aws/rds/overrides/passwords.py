"""Master user passwords managed by RDS, in the secret and in the database."""

from __future__ import annotations

import json
import secrets
import string
from typing import Any

from moto.rds.models import MasterUserSecret, rds_backends
from moto.secretsmanager.models import secretsmanager_backends

from localcloud.aws.journal import JOURNAL
from localcloud.aws.rds.overrides import servers
from localcloud.ports import HOST

LENGTH = 32
_make = MasterUserSecret.__init__


def install() -> None:
    """Generate passwords, and set them in the databases."""
    kind: Any = MasterUserSecret
    kind.__init__ = _made
    kind.secret = property(_found, lambda _self, _value: None)
    kind.secretsmanager = property(lambda self: self.resource.backend.secretsmanager)
    kind.rotate_secret = lambda self: rotate(self.secret)
    kind._generate_secret_string = lambda self: _content(self.resource.master_username)  # noqa: SLF001


def manages(secret: Any) -> bool:
    """Say whether RDS manages *secret*."""
    return secret.name.startswith(("rds!cluster-", "rds!db-"))


def rotate(secret: Any) -> None:
    """Set a new password of the master user in *secret*."""
    owner = _owner(secret.arn)
    content = json.loads(_content(owner.master_username))
    set_password(owner, content["password"])
    backend: Any = secretsmanager_backends[owner.account_id][owner.region]
    backend.put_secret_value(secret.arn, json.dumps(content), None, None, ["AWSCURRENT"])


def set_password(owner: Any, password: str) -> None:
    """Set the password in the database, without holding the journal's lock."""
    if servers.is_owner(owner):
        with JOURNAL.released():
            servers.set_password(owner, password)


def record(secret_string: str) -> None:
    """Record the password of a master user that a rotation has set in the database by SQL.

    Otherwise a restart would set the last one that the API knows.
    """
    try:
        content = json.loads(secret_string)
    except ValueError:
        return
    if not isinstance(content, dict) or "password" not in content:
        return
    address = (content.get("host"), content.get("port"), content.get("username"))
    for owner in servers.owners():
        if (
            (HOST, owner.port, owner.master_username) == address
            and not getattr(owner, "manage_master_user_password", False)
            and current(owner) != content["password"]
        ):
            with JOURNAL.transaction() as work:
                owner._master_user_password = content["password"]  # noqa: SLF001 - no accessor
                work.snapshot(owner.backend)
            servers.set_password(owner, content["password"])


def current(owner: Any) -> str:
    """Return the master user's password of *owner*, a cluster or an instance."""
    if not getattr(owner, "manage_master_user_password", False):
        return getattr(owner, "_master_user_password", None) or ""  # moto has no accessor
    secret = owner.master_user_secret.secret
    version = next(v for v in secret.versions.values() if "AWSCURRENT" in v["version_stages"])
    return json.loads(version["secret_string"])["password"]


def _made(self: Any, resource: Any, kms_key_id: str | None) -> None:
    # Only the ARN is kept: a pickled reference would duplicate Secrets Manager's object. Its
    # backend is fetched at each access, so that the journal records it.
    self.resource = resource
    self.kms = resource.backend.kms
    self.bulkhead_arn = self._create_secret(kms_key_id).arn
    self._status = "creating"


def _found(self: Any) -> Any:
    return self.secretsmanager.secrets[self.bulkhead_arn]


def _owner(arn: str) -> Any:
    for _, _, backend in rds_backends.iter_backends():
        found: Any = backend
        for owner in (*found.clusters.values(), *found.databases.values()):
            managed = getattr(owner, "master_user_secret", None)
            if managed is not None and managed.bulkhead_arn == arn:
                return owner
    raise LookupError(f"no database has the secret {arn}")


def _content(username: str) -> str:
    letters = string.ascii_letters + string.digits
    password = "".join(secrets.choice(letters) for _ in range(LENGTH))
    return json.dumps({"username": username, "password": password})
