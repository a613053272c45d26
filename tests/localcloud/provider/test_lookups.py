"""Functions that `lookups.yaml` beside the program answers."""

from __future__ import annotations

import grpc
import pytest
import yaml

from localcloud.provider.server import ProviderSettings, start
from localcloud.provider.values import Secret, from_struct
from tests.localcloud.provider.stage import Stage

CERTIFICATE = "aws:acm/getCertificate:getCertificate"
ARGUMENTS = {"domain": "shop.example", "mostRecent": True}
VPC = "aws:ec2/vpc:Vpc"
INDEX = "aws:location/placeIndex:PlaceIndex"
ARN = "arn:aws:acm:eu-west-1:111111111111:certificate/1"


@pytest.fixture(params=["live", "plan"])
def connect(request, tmp_path, layout, cloud):
    """Write lookups.yaml, start a provider for the program and connect to it."""
    (tmp_path / "Pulumi.yaml").write_text("name: other\n")
    opened = []

    def connected(text):
        (tmp_path / "lookups.yaml").write_text(text)
        settings = ProviderSettings(
            layout=layout, port=0, mode=request.param, project_directory=tmp_path
        )
        server, port = start(settings, cloud)
        opened.append(lambda: server.stop(grace=None).wait())
        found = Stage(port)
        opened.append(found.close)
        return found

    yield connected
    for close in reversed(opened):
        close()


def call(**change):
    """Return the text of a file with one call."""
    entry = {"token": CERTIFICATE, "arguments": ARGUMENTS, "result": {"arn": ARN}, **change}
    return yaml.safe_dump([{key: value for key, value in entry.items() if value is not None}])


def refusal(connect, text, *asked):
    with pytest.raises(grpc.RpcError) as caught:
        connect(text).invoke(*asked)
    return caught.value.details()


def test_a_call_in_the_file_is_answered(connect):
    stage = connect(call())

    found = stage.invoke(CERTIFICATE, ARGUMENTS)
    secret = stage.invoke(CERTIFICATE, {**ARGUMENTS, "domain": Secret("shop.example")})

    assert found == {**ARGUMENTS, "arn": ARN}
    assert secret["arn"] == Secret(ARN)


def test_a_call_with_other_arguments_is_refused_with_the_entry_to_write(connect):
    text = refusal(connect, call(), CERTIFICATE, {"domain": Secret("other"), "mostRecent": True})

    sentence, entry = text.split("\n", 1)
    assert sentence == (
        f"the function {CERTIFICATE} is not supported by the local cloud: pass its value in, or "
        "add this call to lookups.yaml beside Pulumi.yaml, with the properties that the program "
        "reads:"
    )
    assert yaml.safe_load(entry) == [
        {
            "token": CERTIFICATE,
            "arguments": {"domain": "(secret)", "mostRecent": True},
            "result": {"<property>": "<value>"},
        }
    ]


@pytest.mark.parametrize(
    ("type_", "result"),
    [
        (VPC, {"cidrBlock": "10.0.0.0/16"}),
        (INDEX, {"indexName": "slow"}),
    ],
)
def test_an_object_in_the_file_exists(connect, type_, result):
    stage = connect(call(token=type_, arguments={"id": "one"}, result=result))

    found = stage.get(type_, "one")

    assert found.id == "one"
    assert from_struct(found.properties) == result


def test_an_object_that_is_nowhere_is_refused_with_the_entry_to_write(connect):
    stage = connect(call())

    with pytest.raises(grpc.RpcError) as caught:
        stage.get(INDEX, "one")

    sentence, entry = caught.value.details().split("\n", 1)
    assert sentence.startswith("the object one does not exist in the local cloud: add it to")
    assert yaml.safe_load(entry) == [
        {
            "token": INDEX,
            "arguments": {"id": "one"},
            "result": {"<property>": "<value>"},
        }
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: b\n", "lookups.yaml is not a list: begin each call with `- token: <function>`"),
        ("- just text\n", "call 1: it has no token: write `token: <function>`"),
        (call(token="aws:acm/getCert:getCert"), "does not declare aws:acm/getCert:getCert"),
        (call(token="getCertificate"), "does not declare getCertificate: correct the token"),
        (call(answer={}), "answer is not a key of a call: use arguments, result, token"),
        (call(result=None), "it has no result: write a map of the properties that the program"),
        (call(result={"ARN": ARN}), f"ARN in result is not a property of {CERTIFICATE}: use one"),
        (call(result={"arn": [ARN]}), f"arn in result is ['{ARN[:20]}"),
        (call(arguments={"domains": "x"}), "domains in arguments is not a property of"),
        (call(token=VPC, arguments={}, result={}), "write `arguments: {id: <its ID>}`"),
        (call(token=VPC, arguments={"id": "v"}, result={"cidr": ""}), "cidr in result is not a"),
        (call(arguments=["x"]), "arguments is not a map: write one of names and values"),
        (call() * 2, "call 2: aws:acm/getCertificate:getCertificate is there before with the same"),
        (
            call(token="aws:index/getRegion:getRegion", arguments={}, result={"id": "eu-west-1"}),
            "has a call of aws:index/getRegion:getRegion, which the local cloud answers: remove it",
        ),
    ],
)
def test_a_file_that_cannot_be_followed_is_refused_at_once(connect, text, reason):
    assert reason in refusal(connect, text, "aws:index/getRegion:getRegion")
