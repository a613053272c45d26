"""How a database user's password changes without anyone's connection breaking."""

# ruff: noqa: ARG002, ARG005, N803 - fakes have the signatures of the API they stand for

from __future__ import annotations

import json
import sys
import types

import pytest
from botocore.exceptions import ClientError

from components.data.rotation import handler
from components.data.rotation.handler import Rotation, RotationError, rotate

DESCRIBED = {
    "engine": "postgres",
    "host": "db.test",
    "port": 5433,
    "dbname": "ledger",
    "username": "orders_ledger",
    "masterarn": "arn:master",
}
STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]


class Secrets:
    """Secrets Manager with one secret and the master's."""

    def __init__(self):
        self.versions = {"v1": json.dumps(DESCRIBED)}
        self.stages = {"v1": ["AWSCURRENT"]}

    def begin(self, token):
        self.stages[token] = ["AWSPENDING"]

    def describe_secret(self, SecretId):
        return {"VersionIdsToStages": {k: list(v) for k, v in self.stages.items()}}

    def get_secret_value(self, SecretId, VersionStage="AWSCURRENT", VersionId=None):
        if SecretId == "arn:master":
            return {"SecretString": json.dumps({"username": "platform_owner", "password": "m"})}
        found = [
            v
            for v, has in self.stages.items()
            if VersionStage in has and VersionId in (None, v) and v in self.versions
        ]
        if not found:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
        return {"SecretString": self.versions[found[0]]}

    def put_secret_value(self, SecretId, ClientRequestToken, SecretString, VersionStages):
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
        if sql.startswith("CREATE ROLE"):
            self.database.roles.add(sql.split('"')[1])
        return [[1]] if values.get("name") in self.database.roles or sql == "SELECT 1" else []

    def close(self):
        self.open = False


class Database:
    def __init__(self):
        self.roles = set()
        self.statements = []
        self.sessions = []

    def connect(self, credentials):
        self.sessions.append(Session(self, credentials))
        return self.sessions[-1]


@pytest.fixture
def secrets():
    return Secrets()


@pytest.fixture
def database():
    return Database()


def _rotate(secrets, database, token):
    secrets.begin(token)
    for step in STEPS:
        rotate({"Step": step}, Rotation(secrets, database.connect, "secret", token))


def test_the_first_rotation_makes_the_user_that_the_secret_then_names(secrets, database):
    _rotate(secrets, database, "v2")

    assert secrets.current["username"] == "orders_ledger_a"
    assert secrets.current["owner"] == "orders_ledger"
    assert len(secrets.current["password"]) >= 32
    assert database.roles == {"orders_ledger", "orders_ledger_a"}
    assert secrets.stages == {"v1": [], "v2": ["AWSCURRENT"]}


def test_two_users_take_turns_so_that_open_connections_stay_good(secrets, database):
    names = []
    for token in ["v2", "v3", "v4"]:
        _rotate(secrets, database, token)
        names.append(secrets.current["username"])

    assert names == ["orders_ledger_a", "orders_ledger_b", "orders_ledger_a"]


def test_what_either_user_creates_belongs_to_the_same_owner(secrets, database):
    _rotate(secrets, database, "v2")

    sql = [statement for user, statement, _ in database.statements if user == "platform_owner"]
    assert 'ALTER ROLE "orders_ledger_a" IN DATABASE "ledger" SET role = "orders_ledger"' in sql
    assert 'GRANT "orders_ledger" TO "orders_ledger_a"' in sql
    assert 'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE "ledger" TO "orders_ledger"' in sql


def test_the_new_credentials_are_tried_before_anybody_gets_them(secrets, database):
    secrets.begin("v2")
    for step in STEPS[:3]:
        rotate({"Step": step}, Rotation(secrets, database.connect, "secret", "v2"))

    assert database.statements[-1] == ("orders_ledger_a", "SELECT 1", {})
    assert secrets.current == DESCRIBED


def test_a_step_that_is_tried_again_changes_nothing(secrets, database):
    secrets.begin("v2")
    rotation = Rotation(secrets, database.connect, "secret", "v2")
    rotate({"Step": "createSecret"}, rotation)
    made = secrets.versions["v2"]

    rotate({"Step": "createSecret"}, rotation)

    assert secrets.versions["v2"] == made


def test_a_finished_rotation_is_left_alone(secrets, database):
    _rotate(secrets, database, "v2")
    sessions = len(database.sessions)

    rotate({"Step": "setSecret"}, Rotation(secrets, database.connect, "secret", "v2"))

    assert len(database.sessions) == sessions


def test_every_session_is_closed(secrets, database):
    _rotate(secrets, database, "v2")

    assert [session.open for session in database.sessions] == [False, False]


def test_a_finish_whose_first_half_was_done_only_does_the_rest(secrets, database):
    secrets.stages = {"v2": ["AWSPENDING"]}

    Rotation(secrets, database.connect, "secret", "v2").finish()

    assert secrets.stages == {"v2": ["AWSCURRENT"]}


def test_an_unknown_version_is_refused(secrets, database):
    with pytest.raises(RotationError, match="has no version v9"):
        rotate({"Step": "createSecret"}, Rotation(secrets, database.connect, "secret", "v9"))


def test_an_unknown_step_is_refused_with_those_that_exist(secrets, database):
    secrets.begin("v2")

    with pytest.raises(RotationError, match="'dance' is unknown: use one of createSecret"):
        rotate({"Step": "dance"}, Rotation(secrets, database.connect, "secret", "v2"))


def test_setting_before_creating_is_refused(secrets, database):
    secrets.begin("v2")

    with pytest.raises(RotationError, match="create comes first"):
        rotate({"Step": "setSecret"}, Rotation(secrets, database.connect, "secret", "v2"))


def test_a_store_that_fails_is_not_taken_for_an_empty_one(secrets, database, monkeypatch):
    def refuse(**_):
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSecretValue")

    monkeypatch.setattr(secrets, "get_secret_value", refuse)

    with pytest.raises(ClientError, match="AccessDenied"):
        Rotation(secrets, database.connect, "secret", "v2")._pending()


@pytest.mark.parametrize("name", ['x"; DROP ROLE y; --', "Upper", "", "a" * 64])
def test_a_name_that_quotes_could_not_hold_is_refused(name):
    with pytest.raises(ValueError, match="use a-z, 0-9 and _"):
        handler.identifier(name)


def test_a_password_with_quotes_is_refused(database):
    session = database.connect({"username": "m"})

    with pytest.raises(ValueError, match="32 characters or more"):
        handler.ensure_user(session, owner="o", user="u", password="it's short", dbname="d")


class InterfaceError(Exception):
    pass


@pytest.fixture
def opened(monkeypatch):
    calls = []

    class Connection:
        def __init__(self, **address):
            calls.append(address)
            if address.get("ssl_context") and address["host"] == "plain.test":
                raise InterfaceError("Server refuses SSL")

    native = types.ModuleType("pg8000.native")
    native.Connection = Connection
    native.InterfaceError = InterfaceError
    monkeypatch.setitem(sys.modules, "pg8000", types.ModuleType("pg8000"))
    monkeypatch.setitem(sys.modules, "pg8000.native", native)
    return calls


def test_a_session_is_encrypted(opened, monkeypatch):
    monkeypatch.delenv("DATABASE_SSLMODE", raising=False)

    handler.connect({**DESCRIBED, "password": "p"})

    [address] = opened
    assert address.pop("ssl_context") is not None
    assert address == {
        "user": "orders_ledger",
        "password": "p",
        "host": "db.test",
        "port": 5433,
        "database": "ledger",
        "timeout": 10,
    }


def test_a_server_without_tls_is_refused_where_tls_is_required(opened, monkeypatch):
    monkeypatch.setenv("DATABASE_SSLMODE", "require")

    with pytest.raises(InterfaceError):
        handler.connect({**DESCRIBED, "host": "plain.test", "password": "p"})


def test_a_server_without_tls_is_used_where_tls_is_only_preferred(opened, monkeypatch):
    monkeypatch.setenv("DATABASE_SSLMODE", "prefer")

    handler.connect({**DESCRIBED, "host": "plain.test", "password": "p"})

    assert [("ssl_context" in address) for address in opened] == [True, False]


def test_secrets_manager_calls_the_handler(monkeypatch, secrets):
    monkeypatch.setattr(handler.boto3, "client", lambda service: secrets)
    secrets.begin("v2")
    event = {"Step": "createSecret", "SecretId": "secret", "ClientRequestToken": "v2"}

    handler.handler(event, None)

    assert json.loads(secrets.versions["v2"])["username"] == "orders_ledger_a"


def test_finishing_twice_changes_nothing(secrets, database):
    _rotate(secrets, database, "v2")

    Rotation(secrets, database.connect, "secret", "v2").finish()

    assert secrets.stages == {"v1": [], "v2": ["AWSCURRENT"]}
