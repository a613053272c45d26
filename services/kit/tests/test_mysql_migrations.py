"""Migrations of MySQL: one statement a file, and no guess after a lost connection."""

import json

import boto3
import pytest


@pytest.fixture
def runner(kit):
    return kit("mysql_migrations")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("SELECT 1", 1),
        ("SELECT ';'; -- done; really\n", 1),
        ("A; B;", 2),
        ("/* ; */ CREATE TABLE a (x text DEFAULT 'it\\'s;')", 1),
        ("# only; a comment", 0),
        ("CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @x = 1; SET @y = 2; END", 1),
        ("CREATE TABLE a (id int); CREATE TRIGGER t", 2),
    ],
)
def test_statements_are_counted_without_quotes_and_comments(runner, text, count):
    assert runner.statements(text) == count


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "0001_things.sql").write_text("CREATE TABLE things (id int PRIMARY KEY);")
    return tmp_path


@pytest.fixture
def database(mysql_store, folder):
    return mysql_store("things", folder)


def applied(database):
    database.execute("SELECT number, applied_at IS NOT NULL FROM schema_migrations ORDER BY number")
    return list(database.fetchall())


def log_of(capsys):
    return [json.loads(line)["message"] for line in capsys.readouterr().out.splitlines()]


@pytest.mark.integration
def test_each_file_runs_once(runner, database, folder):
    assert runner.main("things") == 0
    (folder / "0002_more.sql").write_text("ALTER TABLE things ADD name text")

    assert runner.main("things") == 0

    assert runner.main("things") == 0
    assert applied(database) == [(1, 1), (2, 1)]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "told", "left"),
    [
        ("SELECT nonsense", "0002_new.sql failed: (1054", [(1, 1)]),
        ("SELECT 1; SELECT 2", "0002_new.sql has 2 statements: write one a file", [(1, 1)]),
        ("KILL CONNECTION_ID()", "0002_new.sql failed: ", [(1, 1), (2, 0)]),
    ],
)
def test_a_failure_is_told_and_marked_only_if_nobody_knows_what_happened(  # noqa: PLR0913, PLR0917 - fixtures
    runner, database, folder, capsys, text, told, left
):
    assert runner.main("things") == 0
    (folder / "0002_new.sql").write_text(text)

    assert runner.main("things") == 1

    assert told in log_of(capsys)[-1]
    assert applied(database) == left


@pytest.mark.integration
def test_an_unfinished_file_is_refused_with_what_to_do(runner, database, folder, capsys):
    assert runner.main("things") == 0
    database.execute("UPDATE schema_migrations SET applied_at = NULL")

    assert runner.main("things") == 1

    told = log_of(capsys)[-1]
    assert "0001_things.sql began and did not finish: look whether" in told
    for remedy in ("UPDATE schema_migrations SET applied_at", "DELETE FROM schema_migrations"):
        assert f"{remedy}" in told
        assert "WHERE number = 1'" in told


@pytest.mark.integration
def test_runs_take_turns(runner, database, monkeypatch, capsys):
    monkeypatch.setattr(runner, "LOCK_SECONDS", 0)
    database.execute("SELECT GET_LOCK(%s, 0)", [runner.LOCK])

    assert runner.main("things") == 1

    assert "another run of the migrations has held the lock" in log_of(capsys)[-1]


@pytest.mark.integration
def test_a_broken_connection_is_replaced_by_one_with_the_present_password(kit, database):
    mysql = kit("mysql")
    source = mysql.Database.from_environment("things")
    connections = mysql.Connections(source)
    with connections.cursor() as cursor:
        cursor.execute("SELECT CONNECTION_ID()")
        [first] = cursor.fetchone()
    database.execute(f"KILL {first}")

    with connections.cursor() as cursor:
        cursor.execute("SELECT CONNECTION_ID()")
        assert cursor.fetchone() != (first,)


@pytest.mark.integration
def test_a_secret_without_a_password_is_waited_for(kit, database):
    mysql = kit("mysql")
    source = mysql.Database.from_environment("things")
    boto3.client("secretsmanager").put_secret_value(SecretId=source.secret_arn, SecretString="{}")

    with pytest.raises(mysql.UnreachableError, match="has no password yet"):
        mysql.connect(source, within_seconds=0)
