"""Who may report to the telemetry process, and what an operation answers."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from localcloud.ports import HOST, claim
from localcloud.run_key import HEADER, run_key
from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.operations import OperationError
from localcloud.telemetry.server import serving


def answers(layout, *requests):
    """Return status and body of each request (path, headers) to a process with one operation."""

    async def echo(parameters, call):
        if parameters.get("fail") == "known":
            raise OperationError("ResourceNotFoundException", "no such thing", 404)
        if parameters.get("fail"):
            raise ValueError("a mistake")
        return {"region": call.region, **parameters}

    async def run():
        async with telemetry_context(layout) as context:
            context.operations["logs", "Echo"] = echo
            url = f"http://{HOST}:{claim(layout, 'telemetry')}"
            async with serving(context), aiohttp.ClientSession() as http:
                found = []
                for path, headers, parameters in requests:
                    body = {"account": "1", "region": "eu-west-1", "parameters": parameters}
                    async with http.post(url + path, json=body, headers=headers) as answer:
                        found.append((answer.status, await answer.json()))
                return found

    return asyncio.run(run())


def test_an_operation_needs_the_key(layout):
    key = {HEADER: run_key(layout)}
    [allowed, without, wrong] = answers(
        layout,
        ("/aws/logs/Echo", key, {"a": 1}),
        ("/aws/logs/Echo", {}, {}),
        ("/aws/logs/Echo", {HEADER: "guess"}, {}),
    )
    assert allowed == (200, {"region": "eu-west-1", "a": 1})
    assert without[0] == wrong[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:3000"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_web_pages_are_rejected(layout, headers):
    key = {HEADER: run_key(layout)}
    [(status, body)] = answers(layout, ("/aws/logs/Echo", {**key, **headers}, {}))
    assert status == 403
    assert "rejected" in body["message"]


def test_errors_have_a_code(layout):
    key = {HEADER: run_key(layout)}
    found = answers(
        layout,
        ("/aws/logs/Echo", key, {"fail": "known"}),
        ("/aws/logs/Echo", key, {"fail": "unknown"}),
        ("/aws/logs/Other", key, {}),
    )
    assert found == [
        (404, {"code": "ResourceNotFoundException", "message": "no such thing"}),
        (500, {"code": "InternalFailure", "message": "a mistake"}),
        (501, {"code": "NotImplemented", "message": "logs Other"}),
    ]
