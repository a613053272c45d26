"""Expired credentials of a role are refused, in the form of each protocol."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from localcloud.account import ACCOUNT
from localcloud.aws.sts.overrides.sessions import KEPT, forget_expired, has_expired
from localcloud.control.application import Application
from localcloud.control.sessions import expired_session


@pytest.fixture
def session():
    backend = sts_backends[ACCOUNT]["aws"]
    made = backend.assume_role("eu-west-1", "one", "arn:aws:iam::000000000000:role/r", "", 3600, "")
    yield made
    forget_expired(datetime.now(UTC) + timedelta(days=9))


def environ(key, **more):
    scope = f"AWS4-HMAC-SHA256 Credential={key}/20260101/eu-west-1/sqs/aws4_request"
    return {"HTTP_AUTHORIZATION": scope, "REQUEST_METHOD": "POST", "PATH_INFO": "/", **more}


@pytest.mark.parametrize(
    ("service", "headers", "code", "status"),
    [
        ("sqs", {"HTTP_X_AMZ_TARGET": "AmazonSQS.SendMessage"}, "ExpiredTokenException", 400),
        ("lambda", {}, "ExpiredTokenException", 400),
        ("sts", {"CONTENT_TYPE": "application/x-www-form-urlencoded"}, "ExpiredToken", 403),
        ("s3", {}, "ExpiredToken", 400),
    ],
)
def test_an_expired_session_is_refused(session, service, headers, code, status):
    request = environ(session.access_key_id, **headers)
    assert expired_session(request, service) is None

    session.expiration -= timedelta(seconds=3601)

    error, _ = expired_session(request, service)
    assert (error.code, error.status) == (code, status)


@pytest.mark.parametrize("path", ["/", "/2015-03-31/functions/f/invocations"])
def test_the_application_checks_every_request_of_aws(session, path):
    application = object.__new__(Application)  # without the state of a control process
    session.expiration -= timedelta(seconds=3601)
    told = []

    body = application(
        environ(session.access_key_id, PATH_INFO=path), lambda *answer: told.append(answer)
    )

    assert (told[0][0], b"ExpiredToken" in b"".join(body)) == ("400 Bad Request", True)


@pytest.mark.parametrize("slash", ["/", "%2F"])
def test_a_presigned_request_expires_with_its_session(session, slash):
    scope = f"X-Amz-Credential={session.access_key_id}/20260101/eu-west-1/s3/aws4_request"
    request = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/b/k",
        "QUERY_STRING": f"X-Amz-Algorithm=AWS4-HMAC-SHA256&{scope.replace('/', slash)}",
    }
    before = expired_session(request, "s3")

    session.expiration -= timedelta(seconds=3601)

    assert before is None
    assert expired_session(request, "s3")[0].code == "ExpiredToken"


@pytest.mark.parametrize("key", ["local", "ASIAUNKNOWN"])
def test_other_credentials_do_not_expire(key):
    assert expired_session(environ(key), "sqs") is None


def test_sessions_are_forgotten_some_time_after_they_expired(session):
    end = session.expiration.replace(tzinfo=UTC) + timedelta(seconds=1)
    keys = iam_backends[ACCOUNT]["aws"].access_keys

    forget_expired(end)
    assert has_expired(session.access_key_id, end)
    assert session.access_key_id in keys

    forget_expired(end + KEPT)
    assert not has_expired(session.access_key_id, end)
    assert session.access_key_id not in keys
