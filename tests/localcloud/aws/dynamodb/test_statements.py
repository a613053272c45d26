"""PartiQL statements, and the records of streams."""

import pytest
from botocore.exceptions import ClientError

KEY = "pk='a' AND sk='1'"


@pytest.fixture(scope="module")
def table(cloud):
    cloud.client("dynamodb").create_table(
        TableName="statements",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return "statements"


@pytest.fixture
def run(cloud, table):
    def execute(text, *parameters):
        found = {"Parameters": list(parameters)} if parameters else {}
        statement = text.replace("TABLE", f'"{table}"')
        return cloud.client("dynamodb").execute_statement(Statement=statement, **found)["Items"]

    for number, age in (("1", 10), ("2", 20), ("3", -3)):
        cloud.client("dynamodb").put_item(
            TableName=table,
            Item={
                "pk": {"S": "a"}, "sk": {"S": number}, "age": {"N": str(age)},
                "tags": {"M": {"x": {"L": [{"S": "it's"}]}}},
            },
        )  # fmt: skip
    return execute


@pytest.mark.parametrize(
    ("where", "parameters", "expected"),
    [
        ("pk='a'", [], "123"),
        ("pk=? AND sk=?", [{"S": "a"}, {"S": "2"}], "2"),
        ("\"pk\"='a' AND age>=10", [], "12"),
        ("age<0", [], "3"),
        ("age=-3", [], "3"),
        ("age BETWEEN 10 AND 15 OR sk='3'", [], "13"),
        ("sk IN ['1','3']", [], "13"),
        ("NOT sk IN ('1','3')", [], "2"),
        ("begins_with(sk,'2')", [], "2"),
        ("tags.x[0]='it''s' AND sk<>'1'", [], "23"),
        ("age IS MISSING", [], ""),
        ("age IS NOT MISSING AND age>(?)", [{"N": "15"}], "2"),
        ("nothing IS NULL", [], ""),
    ],
)
def test_conditions(run, where, parameters, expected):
    found = run(f"SELECT sk FROM TABLE WHERE {where}", *parameters)

    assert "".join(one["sk"]["S"] for one in found) == expected
    assert all(one.keys() == {"sk"} for one in found)


def test_an_update_sets_and_removes(run):
    run(f"UPDATE TABLE SET age=age+5, kind='x' SET flags=[true,NULL,{{'n': 1.5}}] WHERE {KEY}")
    found = run(f"UPDATE TABLE REMOVE kind WHERE {KEY} RETURNING ALL NEW *")

    assert found == run(f"SELECT * FROM TABLE WHERE {KEY};")
    assert found[0]["age"] == {"N": "15"}
    assert found[0]["flags"]["L"] == [{"BOOL": True}, {"NULL": True}, {"M": {"n": {"N": "1.5"}}}]
    assert "kind" not in found[0]
    assert run(f"UPDATE TABLE SET age=1 WHERE {KEY} RETURNING MODIFIED OLD *") == [
        {"age": {"N": "15"}}
    ]


def test_an_item_is_inserted_once_and_deleted(run):
    run("INSERT INTO TABLE VALUE {'pk': 'new', 'sk': ?, 'set': <<'a','b'>>}", {"S": "1"})

    with pytest.raises(ClientError, match="DuplicateItemException"):
        run("INSERT INTO TABLE VALUE {'pk': 'new', 'sk': '1'}")
    where = "WHERE pk='new' AND sk='1'"
    assert run(f"SELECT * FROM TABLE {where}")[0]["set"] == {"SS": ["a", "b"]}
    assert run(f"DELETE FROM TABLE {where} RETURNING ALL OLD *")[0]["sk"] == {"S": "1"}
    assert run(f"DELETE FROM TABLE {where}") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UPDATE TABLE SET age=1 WHERE pk='a'", "ValidationException"),
        ("UPDATE TABLE SET age=1 WHERE pk='a' AND sk='9'", "ConditionalCheckFailedException"),
        (f"DELETE FROM TABLE WHERE {KEY} AND age=99", "ConditionalCheckFailedException"),
        ("SELECT * FROM nothing WHERE pk='a'", "ResourceNotFoundException"),
        ("SELECT * FROM TABLE.nothing WHERE pk='a'", "ValidationException"),
        ("SELECT * FROM TABLE WHERE pk=?", "ValidationException"),
        ("SELECT * FROM TABLE WHERE pk='a", "ValidationException"),
        ("DROP TABLE", "ValidationException"),
        ("SELECT * FROM TABLE WHERE pk='a' ORDER BY sk", "NotImplemented"),
    ],
)
def test_a_statement_is_refused(run, text, code):
    with pytest.raises(ClientError) as refused:
        run(text)

    assert refused.value.response["Error"]["Code"] == code


def test_each_change_has_one_record(cloud, table):
    dynamodb, streams = cloud.client("dynamodb"), cloud.client("dynamodbstreams")
    arn = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    key = {"pk": {"S": "stream"}, "sk": {"S": "1"}}
    update = {"TableName": table, "Key": key, "UpdateExpression": "SET n = :n"}
    for value in ("1", "2", "2"):
        dynamodb.update_item(**update, ExpressionAttributeValues={":n": {"N": value}})
    dynamodb.delete_item(TableName=table, Key=key)

    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]

    found = [one for one in records if one["dynamodb"]["Keys"] == key]
    assert [one["eventName"] for one in found] == ["INSERT", "MODIFY", "REMOVE"]
    assert found[0]["dynamodb"]["NewImage"]["n"] == {"N": "1"}
    assert {one["awsRegion"] for one in found} == {"eu-west-1"}
    numbers = [one["dynamodb"]["SequenceNumber"] for one in records]
    assert numbers == sorted(set(numbers))


def test_a_transaction_of_statements_is_done_whole_or_not_at_all(cloud, run, table):
    dynamodb = cloud.client("dynamodb")
    insert = f"INSERT INTO {table} VALUE {{'pk': 'whole', 'sk': '1'}}"
    update = f"UPDATE {table} SET age=1 WHERE pk='whole' AND sk='2'"

    with pytest.raises(ClientError) as refused:
        dynamodb.execute_transaction(
            TransactStatements=[{"Statement": insert}, {"Statement": update}]
        )

    reasons = refused.value.response["CancellationReasons"]
    assert [one["Code"] for one in reasons] == ["None", "ConditionalCheckFailed"]
    assert run("SELECT * FROM TABLE WHERE pk='whole'") == []


def test_statements_are_paginated(cloud, run, table):
    dynamodb, found, token = cloud.client("dynamodb"), [], {}
    statement = f"SELECT sk FROM {table} WHERE pk='a'"

    while token is not None:
        answer = dynamodb.execute_statement(Statement=statement, Limit=2, **token)
        found.append(len(answer["Items"]))
        token = {"NextToken": answer["NextToken"]} if "NextToken" in answer else None

    assert found == [2, 1]
