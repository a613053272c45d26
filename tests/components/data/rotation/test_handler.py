"""How a database user's password changes without anyone's connection breaking."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from components.data.rotation import handler
from components.data.rotation.handler import Rotation, RotationError, rotate
from tests.components.data.rotation.fakes import DESCRIBED, STEPS, rotate_all


def test_the_first_rotation_makes_the_user_that_the_secret_then_names(secrets, database):
    rotate_all(secrets, database, "v2")

    assert secrets.current["username"] == "orders_ledger_a"
    assert secrets.current["owner"] == "orders_ledger"
    assert len(secrets.current["password"]) >= 32
    assert database.roles == {"orders_ledger", "orders_ledger_a"}
    assert secrets.stages == {"v1": [], "v2": ["AWSCURRENT"]}


def test_two_users_take_turns_so_that_open_connections_stay_good(secrets, database):
    names = []
    for token in ["v2", "v3", "v4"]:
        rotate_all(secrets, database, token)
        names.append(secrets.current["username"])

    assert names == ["orders_ledger_a", "orders_ledger_b", "orders_ledger_a"]


def test_what_either_user_creates_belongs_to_the_same_owner(secrets, database):
    rotate_all(secrets, database, "v2")

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
    rotate_all(secrets, database, "v2")
    sessions = len(database.sessions)

    rotate({"Step": "setSecret"}, Rotation(secrets, database.connect, "secret", "v2"))

    assert len(database.sessions) == sessions


def test_every_session_is_closed(secrets, database):
    rotate_all(secrets, database, "v2")

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


def test_secrets_manager_calls_the_handler(monkeypatch, secrets):
    monkeypatch.setattr(handler.boto3, "client", lambda _: secrets)
    secrets.begin("v2")
    event = {"Step": "createSecret", "SecretId": "secret", "ClientRequestToken": "v2"}

    handler.handler(event, None)

    assert json.loads(secrets.versions["v2"])["username"] == "orders_ledger_a"


def test_finishing_twice_changes_nothing(secrets, database):
    rotate_all(secrets, database, "v2")

    Rotation(secrets, database.connect, "secret", "v2").finish()

    assert secrets.stages == {"v1": [], "v2": ["AWSCURRENT"]}


def test_a_master_user_sets_its_own_password(secrets, database):
    own = {**DESCRIBED, "username": "platform_owner", "password": "initial"}
    del own["masterarn"]
    secrets.versions["v1"] = json.dumps(own)
    database.passwords["platform_owner"] = "initial"
    database.checks = True

    rotate_all(secrets, database, "v2")
    first = secrets.current["password"]
    rotate_all(secrets, database, "v3", again="setSecret")

    assert secrets.current == {**own, "password": database.passwords["platform_owner"]}
    assert len({first, secrets.current["password"], "initial"}) == 3
    assert not any(session.open for session in database.sessions)


def test_a_master_whose_password_is_being_rotated_creates_users_too(secrets, database):
    database.checks = True
    database.passwords["platform_owner"] = "pending"
    secrets.tags = [{"Key": "master-secret", "Value": "arn:other-master"}]
    secrets.masters["arn:other-master"] = {"AWSCURRENT": "old", "AWSPENDING": "pending"}

    rotate_all(secrets, database, "v2")

    assert secrets.current["username"] == "orders_ledger_a"


def test_a_master_password_that_the_database_refuses_fails_the_step(secrets, database):
    database.checks = True
    database.passwords["platform_owner"] = "another"

    with pytest.raises(ConnectionError, match="password authentication failed"):
        rotate_all(secrets, database, "v2")
