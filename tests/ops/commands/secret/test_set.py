"""Writing the value of a service's secret."""

import io

import boto3
import pytest
from moto import mock_aws

from ops import clients, folders
from ops import secrets as secrets_of
from ops.deployed import MICROSERVICE, Resource
from ops.errors import CommandError
from tests.conftest import SERVICES

TAGS = {"environment": "local", "service": "books", "secret": "catalogue-key"}


@pytest.fixture
def manager(layout, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.setattr(folders, "existing", lambda _: SERVICES)
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="eu-west-1")
        monkeypatch.setattr(clients.clients, "client", lambda *_: client)
        monkeypatch.setattr(clients.supervisor, "is_running", lambda _: True)
        yield client


@pytest.fixture
def set_secret(bulkhead, monkeypatch):
    """Run the command with a value on standard input."""

    def run(value, *words):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(value)))
        return bulkhead("secret", "set", *words)

    return run


def _create(manager, name, **tags):
    pairs = [{"Key": key, "Value": value} for key, value in {**TAGS, **tags}.items()]
    return manager.create_secret(Name=name, Tags=pairs)["ARN"]


def test_the_value_is_read_from_standard_input(manager, set_secret):
    others = [
        _create(manager, "a", environment="dev"),
        _create(manager, "b", service="loans"),
        _create(manager, "c", secret="other"),
    ]
    arn = _create(manager, "d")

    code, out, err = set_secret(b"sk_live_1\n", "books", "catalogue-key")

    assert (code, out) == (0, "")
    assert "The secret catalogue-key of books has a new value in local" in err
    assert manager.get_secret_value(SecretId=arn)["SecretString"] == "sk_live_1"
    assert not any(secrets_of.has_value(manager, other) for other in others)


@pytest.mark.parametrize(
    ("words", "value", "message"),
    [
        (("novels", "key"), b"s", "There is no service 'novels'. Write one of: books, branches"),
        (
            ("books", "key"),
            b"s",
            "books has no secret 'key'. Its secrets are: catalogue-key,",
        ),
        (("fines", "key"), b"s", "fines has no secret 'key'. Its secrets are: none."),
        (("books", "catalogue-key"), b"\n", "The value has 0 bytes. Write 1 to 65536 bytes"),
        (("books", "catalogue-key"), b"\xff", "The value is not UTF-8. Write it in base64."),
        (("books", "catalogue-key", "--env", "moon"), b"s", "There is no environment 'moon'"),
    ],
)
def test_a_mistake_changes_nothing(manager, set_secret, words, value, message):
    arn = _create(manager, "d")

    code, _, err = set_secret(value, *words)

    assert code == 1
    assert message in err
    assert not secrets_of.has_value(manager, arn)


def test_a_secret_that_is_not_deployed_is_told(manager):
    with pytest.raises(CommandError, match="Deploy it, then set it: pulumi up --stack dev"):
        secrets_of.find(manager, "dev", "books", "catalogue-key")


def test_credentials_of_another_account_are_refused(layout, manager):
    with pytest.raises(CommandError, match="of the account 123456789012: use credentials of 2222"):
        secrets_of.client(layout, "prod")


def test_up_lists_the_secrets_of_services_that_have_no_value(layout, manager):
    service = Resource("books", MICROSERVICE, "", "", {})
    arn = _create(manager, "d")
    password = manager.create_secret(Name="password")["ARN"]
    made = [
        Resource("a", secrets_of.SECRET, arn, "books", {"tags": TAGS}),
        Resource("b", secrets_of.SECRET, password, "books", {"tags": {"service": "books"}}),
    ]
    found = {one.urn: one for one in (service, *made)}

    assert secrets_of.without_value(layout, found) == [("books", "catalogue-key")]
    manager.put_secret_value(SecretId=arn, SecretString="s")
    assert secrets_of.without_value(layout, found) == []


def test_a_rotation_starts_at_once_if_there_is_a_value(manager, bulkhead, monkeypatch):
    arn, asked = _create(manager, "d", secret="stamp-key"), []
    monkeypatch.setattr(manager, "rotate_secret", lambda **given: asked.append(given))

    empty = bulkhead("secret", "rotate", "books", "stamp-key")
    manager.put_secret_value(SecretId=arn, SecretString="first")
    code, _, err = bulkhead("secret", "rotate", "books", "stamp-key")

    assert empty[0] == 1
    assert "no value to rotate. Set one: bulkhead secret set books stamp-key" in empty[2]
    assert (code, asked) == (0, [{"SecretId": arn}])
    assert "The rotation of stamp-key of books has started in local" in err


def test_a_secret_without_a_rotation_is_set_by_hand(manager, bulkhead):
    code, _, err = bulkhead("secret", "rotate", "books", "catalogue-key")

    assert code == 1
    assert "catalogue-key of books is not rotated. Set a new value: bulkhead secret set" in err
