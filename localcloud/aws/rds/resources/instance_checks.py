"""RDS: constraints across the inputs of a database instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.rds.engines import INSTANCE_ENGINES
from localcloud.aws.rds.resources import replicas
from localcloud.provider.cloud import AwsError
from localcloud.provider.row import CheckFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

NEEDED = ("allocatedStorage", "engine")
"""What an instance needs unless it is made of another one."""
ORIGINS = ("replicateSourceDb", "restoreToPointInTime", "s3Import", "snapshotIdentifier")


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of RDS's constraints across the inputs."""
    for key in ("password", "passwordWo"):
        if inputs.get("manageMasterUserPassword") and inputs.get(key):
            yield CheckFailure(key, "conflicts with manageMasterUserPassword: set one of them")
    key = "masterUserSecretKmsKeyId"
    if inputs.get(key) and not inputs.get("manageMasterUserPassword"):
        yield CheckFailure(key, "requires manageMasterUserPassword: set it, or remove the key")
    if inputs.get("storageThroughput") and inputs.get("storageType") != "gp3":
        yield CheckFailure("storageThroughput", "requires storageType gp3: set it, or remove this")
    if not any(inputs.get(key) for key in ORIGINS):
        for key in NEEDED:
            if key not in inputs:
                yield CheckFailure(key, "is not set: set it, or replicateSourceDb")
    if inputs.get("replicateSourceDb"):
        yield from replicas.check(inputs)
    yield from check_engine(inputs)


def check_engine(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield values that RDS does not offer for the engine."""
    engine, chosen = INSTANCE_ENGINES.get(str(inputs.get("engine"))), inputs.get("licenseModel")
    if engine is None:
        return
    if chosen and chosen not in engine.licenses:
        yield CheckFailure("licenseModel", f"is {chosen}: use {' or '.join(engine.licenses)}")
    name = inputs.get("dbName") or ""
    if name and not engine.name_length:
        yield CheckFailure("dbName", "is set, but RDS creates no database in SQL Server: remove it")
    elif len(name) > engine.name_length:
        yield CheckFailure(
            "dbName", f"is longer than {inputs['engine']}'s {engine.name_length} characters"
        )


def require_master_user(context: Context) -> Properties:
    """Raise unless the program sets a name and a password.

    A check would refuse the code of an import and that of a promoted read replica.
    """
    for keys, want in (
        ({"username"}, "username is not set: set it"),
        (
            {"password", "passwordWo", "manageMasterUserPassword"},
            "password is not set: set it, or manageMasterUserPassword",
        ),
    ):
        if not context.inputs.keys() & keys:
            raise AwsError("CreateDBInstance", "InvalidParameterCombination", want)
    return {}
