"""Tables: a key of another type is another table."""

from __future__ import annotations

TABLE = "aws:dynamodb/table:Table"
KEY = {"name": "id", "type": "S"}
INDEX = {"name": "by-kind", "hashKey": "kind", "projectionType": "ALL"}


def table(*attributes, **more):
    return {"billingMode": "PAY_PER_REQUEST", "hashKey": "id", "attributes": [*attributes], **more}


def test_another_type_of_the_key_replaces_the_table(stage):
    made = stage.create(TABLE, table(KEY), name="typed")

    seen = stage.diff(made, stage.changed(made, {"attributes": [{"name": "id", "type": "N"}]}))

    assert list(seen.replaces) == ["attributes"]
    stage.delete(made)


def test_another_type_of_an_indexs_key_makes_the_index_again(stage, api):
    kind = {"name": "kind", "type": "S"}
    made = stage.create(TABLE, table(KEY, kind, globalSecondaryIndexes=[INDEX]), name="indexed")
    news = stage.changed(made, {"attributes": [KEY, {"name": "kind", "type": "N"}]})

    seen = stage.diff(made, news)
    made = stage.update(made, news)

    assert list(seen.replaces) == []
    found = api("dynamodb").describe_table(TableName=made.id)["Table"]
    types = {item["AttributeName"]: item["AttributeType"] for item in found["AttributeDefinitions"]}
    assert types == {"id": "S", "kind": "N"}
    stage.delete(made)
