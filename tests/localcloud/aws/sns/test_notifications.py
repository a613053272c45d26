"""Notifications are those of SNS, and their signatures verify."""

import base64
import json

import pytest
import requests
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import load_pem_x509_certificate

from tests.localcloud.aws.control_process import ControlProcess

SNS = "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/sns/aws4_request, Signature=x"
BINARY = {"b": {"DataType": "Binary", "BinaryValue": b"\x02"}}


@pytest.fixture
def subscribed(cloud):
    def make(name, topic=None, **attributes):
        sqs, sns = cloud.client("sqs"), cloud.client("sns")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = f"arn:aws:sqs:eu-west-1:000000000000:{name}"
        found = sns.create_topic(Name=name, Attributes=topic or {})["TopicArn"]
        sns.subscribe(TopicArn=found, Protocol="sqs", Endpoint=arn, Attributes=attributes)

        def receive():
            answer = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])
            return answer["Messages"][0]

        return found, receive

    return make


@pytest.mark.parametrize(("version", "algorithm"), [("1", hashes.SHA1()), ("2", hashes.SHA256())])
@pytest.mark.parametrize("subject", [{}, {"Subject": "s"}])
def test_a_notification_is_signed(cloud, subscribed, version, algorithm, subject):
    topic, receive = subscribed(f"signed-{version}-{len(subject)}", {"SignatureVersion": version})

    cloud.client("sns").publish(TopicArn=topic, Message="m", **subject)

    found = json.loads(receive()["Body"])
    assert found["SignatureVersion"] == version
    assert found["UnsubscribeURL"].startswith(
        f"https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={topic}:"
    )
    verify(cloud, found, algorithm)


def verify(cloud, found, algorithm):
    """Raise InvalidSignature unless the certificate at the notification's URL verifies it."""
    names = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
    text = "".join(f"{name}\n{found[name]}\n" for name in names if name in found)
    path = found["SigningCertURL"].rpartition("/")[2]
    address = f"http://127.0.0.1:{cloud.port}/{path}"
    pem = requests.get(address, headers={"Authorization": SNS}, timeout=9).content
    load_pem_x509_certificate(pem).public_key().verify(
        base64.b64decode(found["Signature"]), text.encode(), padding.PKCS1v15(), algorithm
    )


def test_each_notification_is_verified_by_the_certificate_of_the_process_that_signed_it(tmp_path):
    cloud = ControlProcess(tmp_path)
    cloud.start()
    try:
        sns, sqs = cloud.client("sns"), cloud.client("sqs")
        url = sqs.create_queue(QueueName="signed")["QueueUrl"]
        topic = sns.create_topic(Name="signed")["TopicArn"]
        about = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=about["QueueArn"])
        sns.publish(TopicArn=topic, Message="before")
        cloud.kill()
        cloud.start()
        cloud.client("sns").publish(TopicArn=topic, Message="after")

        answer = cloud.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        found = [json.loads(one["Body"]) for one in answer["Messages"]]

        assert {one["Message"] for one in found} == {"before", "after"}
        for one in found:
            verify(cloud, one, hashes.SHA1())
    finally:
        cloud.stop()


def test_a_binary_attribute_is_delivered_raw(cloud, subscribed):
    topic, receive = subscribed("binary", RawMessageDelivery="true")

    cloud.client("sns").publish(TopicArn=topic, Message="m", MessageAttributes=BINARY)

    assert receive()["MessageAttributes"]["b"]["BinaryValue"] == b"\x02"


@pytest.mark.parametrize(
    "parameters",
    [
        {"Attributes": {"DisplayName": "other"}},
        {"Tags": [{"Key": "a", "Value": "other"}]},
    ],
)
def test_a_topic_is_created_again_only_as_it_is(cloud, parameters):
    sns = cloud.client("sns")
    same = {"Attributes": {"DisplayName": "d"}, "Tags": [{"Key": "a", "Value": "b"}]}
    first = sns.create_topic(Name="again", **same)["TopicArn"]

    with pytest.raises(ClientError, match=r"InvalidParameter.*different"):
        sns.create_topic(Name="again", **{**same, **parameters})

    assert sns.create_topic(Name="again", **same)["TopicArn"] == first
    assert sns.create_topic(Name="again")["TopicArn"] == first


@pytest.mark.parametrize("message", ["{}", "no JSON", '{"sqs": "m"}'])
def test_a_message_structure_has_a_default(cloud, message):
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="structure")["TopicArn"]

    with pytest.raises(ClientError, match="Message Structure"):
        sns.publish(TopicArn=topic, Message=message, MessageStructure="json")
