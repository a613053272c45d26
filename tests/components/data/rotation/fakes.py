"""Secrets Manager and a database for the tests of rotations."""

# ruff: noqa: ARG002, N803 - fakes have the signatures of the API they stand for

from __future__ import annotations

import json
import re

from botocore.exceptions import ClientError

from components.data.rotation.handler import Rotation, rotate

DESCRIBED = {
    "engine": "postgres",
    "host": "db.test",
    "port": 5433,
    "dbname": "ledger",
    "username": "orders_ledger",
    "masterarn": "arn:master",
}
SERVICE_A = "orders_ledger_a"
STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]


class Secrets:
    """Secrets Manager with one secret and the master's, and those of a proxy's logins."""

    def __init__(self):
        self.versions = {"v1": json.dumps(DESCRIBED)}
        self.stages = {"v1": ["AWSCURRENT"]}
        self.tags = []
        self.logins = {}
        self.masters = {"arn:master": {"AWSCURRENT": "m"}}

    def behind_a_proxy(self):
        self.tags = [{"Key": f"login-secret-{one}", "Value": f"arn:{one}"} for one in "ab"]

    def login(self, suffix):
        """Return the user and password that a proxy logs in with."""
        found = self.logins[f"arn:{suffix}"]
        return found["username"], found["password"]

    def begin(self, token):
        self.stages[token] = ["AWSPENDING"]

    def describe_secret(self, SecretId):
        stages = {k: list(v) for k, v in self.stages.items()}
        return {"VersionIdsToStages": stages, "Tags": self.tags}

    def get_secret_value(self, SecretId, VersionStage="AWSCURRENT", VersionId=None):
        if SecretId in self.masters and VersionStage in self.masters[SecretId]:
            master = {
                "username": "platform_owner",
                "password": self.masters[SecretId][VersionStage],
            }
            return {"SecretString": json.dumps(master)}
        if SecretId in self.masters:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
        found = [
            v
            for v, has in self.stages.items()
            if VersionStage in has and VersionId in (None, v) and v in self.versions
        ]
        if not found:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
        return {"SecretString": self.versions[found[0]]}

    def put_secret_value(self, SecretId, SecretString, ClientRequestToken=None, VersionStages=None):
        if SecretId != "secret":
            self.logins[SecretId] = json.loads(SecretString)
            return
        self.versions[ClientRequestToken] = SecretString
        self.stages[ClientRequestToken] = VersionStages

    def update_secret_version_stage(
        self,
        SecretId,
        VersionStage,
        MoveToVersionId=None,
        RemoveFromVersionId=None,
    ):
        if RemoveFromVersionId:
            self.stages[RemoveFromVersionId].remove(VersionStage)
        if MoveToVersionId:
            self.stages[MoveToVersionId].append(VersionStage)

    @property
    def current(self):
        return json.loads(self.get_secret_value("secret")["SecretString"])


class Session:
    def __init__(self, database, credentials):
        self.database = database
        self.credentials = credentials
        self.open = True

    def run(self, sql, **values):
        self.database.statements.append((self.credentials["username"], sql, values))
        if changed := re.match(r"ALTER (?:ROLE|USER) (\S+) .*'([^']+)'$", sql):
            self.database.passwords[changed[1].split("@")[0].strip("\"'")] = changed[2]
        if sql.startswith("CREATE ROLE"):
            self.database.roles.add(sql.split('"')[1])
        return [[1]] if values.get("name") in self.database.roles or sql == "SELECT 1" else []

    def close(self):
        self.open = False


class Database:
    """Answers as PostgreSQL does, and remembers passwords."""

    def __init__(self):
        self.passwords = {}
        self.roles = set()
        self.statements = []
        self.sessions = []
        self.checks = False
        """Whether passwords are checked."""

    def connect(self, credentials):
        known = self.passwords.get(credentials["username"])
        if self.checks and credentials["password"] != known:
            raise ConnectionError("password authentication failed")
        self.sessions.append(Session(self, credentials))
        return self.sessions[-1]


def rotate_all(secrets, database, token, again=None):
    """Run all steps; the step *again* runs twice, as after an answer that was lost."""
    secrets.begin(token)
    for step in [one for each in STEPS for one in [each] * (1 + (each == again))]:
        rotate({"Step": step}, Rotation(secrets, database.connect, "secret", token))
