"""The same functions through the real control plane, called as any program calls them."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import zipfile
from types import SimpleNamespace

import pytest
import pytest_asyncio
from botocore.exceptions import ClientError

from localcloud.runtime.event_sources import pollers
from localcloud.runtime.frontdoor.serve import running_front_door
from localcloud.runtime.functions import run as functions
from tests.localcloud.runtime.fake_cloud import (
    control_plane,
    eventually,
    layout_with_interpreter,
    workers,
)

pytestmark = pytest.mark.asyncio


COUNTS = """
import boto3, json, os
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
def handler(event, context):
    for record in event["Records"]:
        table.update_item(
            Key={"id": json.loads(record["body"])["Message"]},
            UpdateExpression="ADD seen :one",
            ExpressionAttributeValues={":one": 1},
        )
"""


@pytest_asyncio.fixture
async def shop(tmp_path, monkeypatch):
    """The control plane and the workers, on one layout."""
    monkeypatch.setenv("BULKHEAD_RETRY_SCALE", "0.001")
    layout = layout_with_interpreter(tmp_path / "home")
    with control_plane(layout.home) as cloud:
        parts = {"functions": functions.run, "event_sources": pollers.follow_mappings}
        async with workers(layout, cloud, **parts) as context:
            yield SimpleNamespace(cloud=cloud, layout=layout, context=context)


async def invoke(shop, name, payload, **settings):
    client = shop.cloud.client("lambda")
    answer = await asyncio.to_thread(
        client.invoke, FunctionName=name, Payload=json.dumps(payload), **settings
    )
    raw = answer["Payload"].read()
    return answer, json.loads(raw) if raw else None


async def test_invoke_answers_what_boto3_expects(shop, name):
    source = "def handler(e, c):\n    print('hi')\n    return 1 / e\n"
    arn = shop.cloud.function(name, source)

    good, result = await invoke(shop, arn, 2, LogType="Tail")
    bad, error = await invoke(shop, name, 0)
    event, _ = await invoke(shop, name, 1, InvocationType="Event")
    dry, _ = await invoke(shop, name, 1, InvocationType="DryRun")

    assert (result, good["ExecutedVersion"], good.get("FunctionError")) == (0.5, "$LATEST", None)
    assert b"hi\n" in base64.b64decode(good["LogResult"])
    assert (bad["FunctionError"], error["errorType"]) == ("Unhandled", "ZeroDivisionError")
    assert (event["StatusCode"], dry["StatusCode"]) == (202, 204)


async def test_a_function_has_the_credentials_of_its_role(shop, name):
    source = """
import boto3, os
sts = boto3.client("sts")
def handler(event, context):
    return sts.get_caller_identity()["Arn"], "AWS_SESSION_TOKEN" in os.environ
"""
    shop.cloud.function(name, source, Timeout=20)

    _, found = await invoke(shop, name, 1)

    assert found == [f"arn:aws:sts::000000000000:assumed-role/function/{name}", True]


async def test_a_name_in_a_variable_has_its_local_address_once_its_zone_exists(shop, name):
    source = "import os\ndef handler(e, c):\n    return os.environ['LOANS_URL']\n"
    variables = {"LOANS_URL": f"https://loans.{name}.test"}
    shop.cloud.function(name, source, Environment={"Variables": variables})
    _, before = await invoke(shop, name, 1)

    vpc = shop.cloud.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    shop.cloud.client("route53").create_hosted_zone(
        Name=f"{name}.test",
        CallerReference=name,
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": "eu-west-1", "VPCId": vpc},
    )

    async def local():
        return (await invoke(shop, name, 1))[1].startswith("http://127.0.0.1:")

    assert before == variables["LOANS_URL"]
    assert await eventually(local)


async def test_functions_of_the_same_name_in_two_regions_are_two_functions(shop, name):
    source = "import os\ndef handler(e, c):\n    return [{0!r}, os.environ['AWS_REGION']]\n"
    here = shop.cloud.function(name, source.format("here"))
    there = shop.cloud.function(name, source.format("there"), region="us-east-1")
    client = shop.cloud.client("lambda", "us-east-1")

    answer = await asyncio.to_thread(client.invoke, FunctionName=name)

    assert json.loads(answer["Payload"].read()) == ["there", "us-east-1"]
    assert (await invoke(shop, name, 1))[1] == ["here", "eu-west-1"]
    assert [arn.split(":")[3] for arn in (here, there)] == ["eu-west-1", "us-east-1"]


async def test_refusals_are_the_exceptions_boto3_knows(shop, name):
    shop.cloud.function(name, "def handler(e, c):\n    return 1\n")
    client = shop.cloud.client("lambda")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)

    async def throttled():
        try:
            await invoke(shop, name, 1)
        except client.exceptions.TooManyRequestsException as error:
            return error.response["Error"]["Code"]
        return None

    assert await eventually(throttled) == "TooManyRequestsException"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        await invoke(shop, "nobody", 1)


async def test_a_published_message_runs_the_function_behind_the_queue_once(shop, name):
    cloud = shop.cloud
    cloud.function(name, COUNTS, Environment={"Variables": {"TABLE": name}})
    cloud.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    url = cloud.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:eu-west-1:000000000000:{name}"
    topic = cloud.client("sns").create_topic(Name=name)["TopicArn"]
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    cloud.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=name)

    for number in range(5):
        cloud.client("sns").publish(TopicArn=topic, Message=str(number))

    def seen():
        items = cloud.client("dynamodb").scan(TableName=name)["Items"]
        return len(items) == 5 and {item["seen"]["N"] for item in items}

    assert await eventually(lambda: asyncio.to_thread(seen)) == {"1"}
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def left():
        answer = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return set(answer["Attributes"].values())

    await eventually(lambda: left() == {"0"})


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".py", text)
    return buffer.getvalue()


async def test_a_function_imports_from_its_layers_and_a_later_one_wins(shop, name):
    client = shop.cloud.client("lambda")
    layers = [
        client.publish_layer_version(LayerName=layer, Content={"ZipFile": zipped(**files)})[
            "LayerVersionArn"
        ]
        for layer, files in (
            (f"{name}-one", {"python__first": "NAME = 1", "python__both": "NAME = 1"}),
            (
                f"{name}-two",
                {
                    "python__both": "NAME = 2",
                    "python__lib__python3.13__site-packages__deep": "NAME = 3",
                    "python__handler": "raise ImportError",
                },
            ),
        )
    ]
    source = "import first, both, deep\ndef handler(e, c):\n"
    source += "    return [first.NAME, both.NAME, deep.NAME]\n"
    shop.cloud.function(name, source, Layers=layers)

    _, found = await invoke(shop, name, {})

    assert found == [1, 2, 3]
    client.update_function_configuration(FunctionName=name, Layers=layers[:1])
    answer, failed = await invoke(shop, name, {})
    assert answer["FunctionError"] == "Unhandled"
    assert "No module named 'deep'" in failed["errorMessage"]


async def answered(shop, url, status):
    """Return the text of *url*, as soon as the front door answers with *status*."""

    async def ask():
        try:
            async with shop.context.http.get(url) as answer:
                return (await answer.text()) if answer.status == status else None
        except OSError:  # not served yet
            return None

    return await eventually(ask, 20)


async def test_function_urls_and_quick_created_apis_are_served_and_follow_changes(shop, name):
    arn = shop.cloud.function(name, "def handler(e, c):\n    return e['rawPath']\n")
    client, gateway = (shop.cloud.client(service) for service in ("lambda", "apigatewayv2"))
    url = client.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]
    other = shop.cloud.function(f"{name}-node", "exports", Runtime="nodejs22.x")
    api = gateway.create_api(Name=name, ProtocolType="HTTP", Target=arn)

    async with running_front_door(shop.layout):
        by_url = await answered(shop, f"{url}orders", 200)
        by_api = await answered(shop, f"{api['ApiEndpoint']}/orders", 200)
        client.update_function_url_config(FunctionName=name, AuthType="AWS_IAM")
        forbidden = await answered(shop, url, 403)
        gateway.update_api(ApiId=api["ApiId"], Target=other)
        reason = await answered(shop, api["ApiEndpoint"], 503)

    assert by_url == by_api == "/orders"
    assert forbidden == '{"Message":"Forbidden"}'
    assert "the local cloud runs Python functions only" in reason


async def test_provisioned_concurrency_starts_environments_and_keeps_them(shop, name):
    client = shop.cloud.client("lambda")
    shop.cloud.function(name, "def handler(e, c):\n    return 'ran'\n", Publish=True)
    settings = {"FunctionName": name, "Qualifier": "1"}

    async def processes():
        async with shop.context.http.get(f"{shop.context.workers_url}/functions") as answer:
            return (await answer.json())["processes"].get(name, 0)

    client.put_provisioned_concurrency_config(**settings, ProvisionedConcurrentExecutions=9)

    await eventually(lambda: started(processes, 2), 20)  # each is a process: no more than two
    _, result = await invoke(shop, name, {}, Qualifier="1")
    assert result == "ran"
    found = client.get_provisioned_concurrency_config(**settings)
    assert (found["RequestedProvisionedConcurrentExecutions"], found["Status"]) == (9, "READY")
    client.delete_provisioned_concurrency_config(**settings)
    with pytest.raises(ClientError, match="ProvisionedConcurrencyConfigNotFound"):
        client.get_provisioned_concurrency_config(**settings)


async def started(processes, count):
    return await processes() == count
