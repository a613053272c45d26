"""What a function URL promises its clients."""

from __future__ import annotations

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localcloud.runtime.frontdoor.gateway.function_url import FunctionUrl
from localcloud.runtime.functions.invocation import RUNTIME_NOT_SUPPORTED, failure
from tests.localcloud.runtime.frontdoor.gateway.test_app import UNHANDLED, functions

DESCRIBED = {
    "Id": "0" * 32,
    "Function": "hello",
    "FunctionArn": "arn:aws:lambda:eu-west-1:000000000000:function:hello:live",
    "Region": "eu-west-1",
    "Qualifier": "live",
    "AuthType": "NONE",
}


def url(**change):
    return FunctionUrl.of({**DESCRIBED, **change})


async def test_a_function_gets_the_event_and_its_answer_goes_back(open_door):
    seen = []
    result = {"statusCode": 201, "headers": {"x-a": "b"}, "cookies": ["c=d"], "body": "made"}
    async with open_door(functions(result, seen=seen)) as served:
        address = await served.serve_function_url(url())

        async with served.client.put(f"{address}/a/b?c=d", json={"name": "pen"}) as answer:
            got = (answer.status, answer.headers["x-a"], await answer.text())
            cookie = answer.headers["set-cookie"]

    assert (got, cookie) == ((201, "b", "made"), "c=d")
    [(path, event)] = seen
    assert path == "/functions/hello/invocations?qualifier=live"
    assert (event["version"], event["routeKey"], event["rawPath"], event["rawQueryString"]) == (
        "2.0",
        "$default",
        "/a/b",
        "c=d",
    )
    context = event["requestContext"]
    assert (context["accountId"], context["stage"], context["http"]["method"]) == (
        "anonymous",
        "$default",
        "PUT",
    )
    assert event["body"] == '{"name": "pen"}'


def signed(address, service="lambda"):
    request = AWSRequest("GET", address)
    SigV4Auth(Credentials("AKIDEXAMPLE", "secret"), service, "eu-west-1").add_auth(request)
    return dict(request.headers)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (lambda _: {}, 403),
        (lambda _: {"Authorization": "Bearer token"}, 403),
        (lambda address: signed(address, service="s3"), 403),
        (signed, 200),
    ],
)
async def test_a_url_with_iam_authorization_takes_signed_requests_only(open_door, headers, status):
    seen = []
    async with open_door(functions({"ok": True}, seen=seen)) as served:
        address = await served.serve_function_url(url(AuthType="AWS_IAM"))

        async with served.client.get(address, headers=headers(address)) as answer:
            got = (answer.status, await answer.json())

    assert got == (status, {"ok": True} if status == 200 else {"Message": "Forbidden"})
    callers = [event["requestContext"]["authorizer"]["iam"]["accessKey"] for _, event in seen]
    assert callers == ["AKIDEXAMPLE"] * (status == 200)


async def test_a_presigned_url_is_signed(open_door):
    async with open_door(functions({"ok": True})) as served:
        address = await served.serve_function_url(url(AuthType="AWS_IAM"))
        query = {
            "X-Amz-Credential": "AKID/20260101/eu-west-1/lambda/aws4_request",
            "X-Amz-Signature": "0",
        }

        async with served.client.get(address, params=query) as answer:
            assert answer.status == 200


async def test_preflight_requests_are_answered_by_the_url_itself(open_door):
    seen = []
    cors = {"AllowOrigins": ["https://a.test"], "AllowMethods": ["GET"], "MaxAge": 60}
    async with open_door(functions({"ok": True}, seen=seen)) as served:
        address = await served.serve_function_url(url(Cors=cors, AuthType="AWS_IAM"))
        origin = {"Origin": "https://a.test"}

        async with served.client.options(address, headers=origin) as answer:
            preflight = answer.headers["access-control-allow-methods"]
        async with served.client.get(address, headers={**origin, **signed(address)}) as answer:
            allowed = answer.headers["access-control-allow-origin"]

    assert preflight == "GET"
    assert allowed == "https://a.test"
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("invoke", "status", "text"),
    [
        (functions(failure("ValueError", "x"), error=UNHANDLED), 502, "Internal Server Error"),
        (functions({"statusCode": "many"}), 502, "Internal Server Error"),
        (functions({}, status=429), 429, "Rate Exceeded."),
        (
            functions(failure(RUNTIME_NOT_SUPPORTED, "no Node.js here"), error=UNHANDLED),
            503,
            "no Node.js here",
        ),
        (
            functions(
                {"message": "hello is stopped"},
                status=503,
                error={"X-Amzn-ErrorType": "ServiceStoppedException"},
            ),
            503,
            "hello is stopped",
        ),
    ],
)
async def test_a_failure_is_told_with_its_reason(open_door, invoke, status, text):
    async with open_door(invoke) as served:
        address = await served.serve_function_url(url())

        async with served.client.get(address) as answer:
            got = (answer.status, await answer.text())

    assert got[0] == status
    assert text in got[1]


async def test_a_url_that_is_deleted_is_not_served(open_door):
    async with open_door(functions({})) as served:
        address = await served.serve_function_url(url())
        served.urls = []
        await served.apply()

        with pytest.raises(OSError, match="Cannot connect"):
            await served.client.get(address)


def test_a_function_of_another_region_is_known_by_its_arn():
    arn = "arn:aws:lambda:us-east-1:000000000000:function:hello"

    found = url(Region="us-east-1", FunctionArn=f"{arn}:live")

    assert (found.function.function, found.function.qualifier) == (arn, "live")
