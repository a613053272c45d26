"""Seeds of stores other than PostgreSQL may run again and again."""

import boto3
import pytest
from kit import dynamodb, dynamodb_seeds


@pytest.fixture
def seeds(tmp_path, monkeypatch):
    monkeypatch.setenv("SEEDS_DIRECTORY", str(tmp_path))
    return tmp_path


@pytest.fixture
def table(aws, monkeypatch):
    monkeypatch.setenv("NOTES_TABLE", "notes")
    dynamodb.table.cache_clear()
    return boto3.resource("dynamodb").create_table(
        TableName="notes",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_items_of_each_file_are_written_into_the_table(table, seeds):
    (seeds / "notes.json").write_text('[{"id": "a", "price": 1.5}, {"id": "b", "tags": ["x"]}]')

    codes = [dynamodb_seeds.main("notes") for _ in range(2)]

    assert codes == [0, 0]
    found = sorted(table.scan()["Items"], key=lambda item: item["id"])
    assert [float(found[0]["price"]), found[1]["tags"], len(found)] == [1.5, ["x"], 2]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"id": "a"}', "notes.json is not a list of items"),
        ('[{"name": "a"}]', "ValidationException"),
        ("[", "Expecting value"),
    ],
)
def test_a_mistake_in_a_file_is_told(table, seeds, capsys, text, told):
    (seeds / "notes.json").write_text(text)

    assert dynamodb_seeds.main("notes") == 1
    assert told in capsys.readouterr().out


@pytest.mark.integration
def test_a_file_of_mysql_has_one_statement(kit, mysql_store, seeds, capsys):
    database = mysql_store("things")
    database.execute("CREATE TABLE things (id int PRIMARY KEY)")
    (seeds / "things.sql").write_text("INSERT IGNORE INTO things VALUES (1), (2);")
    runner = kit("mysql_seeds")

    codes = [runner.main("things"), runner.main("things")]
    (seeds / "more.sql").write_text("DELETE FROM things; DROP TABLE things")
    codes.append(runner.main("things"))

    database.execute("SELECT count(*) FROM things")
    assert (codes, database.fetchone()) == ([0, 0, 1], (2,))
    assert "more.sql has 2 statements: write one a file" in capsys.readouterr().out
