"""The table of a store is reached through DAX where there is a cluster."""

import sys
from types import SimpleNamespace

import boto3
import pytest
from kit import dynamodb
from kit.settings import SettingError


@pytest.fixture(autouse=True)
def _fresh():
    dynamodb.table.cache_clear()


@pytest.fixture
def _named(aws, monkeypatch):
    monkeypatch.setenv("OLD_NOTES_TABLE", "notes")
    boto3.client("dynamodb").create_table(
        TableName="notes",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.mark.usefixtures("_named")
def test_without_a_cluster_it_is_the_table_itself():
    dynamodb.table("old-notes").put_item(Item={"id": "a"})

    assert dynamodb.table("old-notes").get_item(Key={"id": "a"})["Item"] == {"id": "a"}
    assert dynamodb.table("old-notes") is dynamodb.table("old-notes")


@pytest.mark.usefixtures("_named")
def test_with_a_cluster_its_client_is_asked(monkeypatch):
    monkeypatch.setenv("OLD_NOTES_DAX_ENDPOINT", "daxs://notes.dax-clusters.test")
    asked = []

    class Client:
        @staticmethod
        def resource(*, endpoint_url):
            return SimpleNamespace(Table=lambda name: asked.append((endpoint_url, name)))

    monkeypatch.setitem(sys.modules, "amazondax", SimpleNamespace(AmazonDaxClient=Client))

    dynamodb.table("old-notes")

    assert asked == [("daxs://notes.dax-clusters.test", "notes")]


@pytest.mark.usefixtures("_named")
def test_a_store_without_a_table_is_told():
    with pytest.raises(SettingError, match="OTHER_TABLE is not set"):
        dynamodb.table("other")
