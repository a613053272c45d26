from __future__ import annotations

import base64
import hashlib
import os
import time
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from localcloud.layout import Layout
from localcloud.runtime.functions.code import remove_unused, unpack_code
from localcloud.runtime.functions.definition import parse_definition
from localcloud.runtime.functions.invocation import InvokeError
from tests.localcloud.runtime.fake_cloud import archive_of

pytestmark = pytest.mark.asyncio


def digest_of(archive):
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()


def definition_of(archive, url):
    config = {
        "FunctionName": "f",
        "FunctionArn": "arn:aws:lambda:eu-west-1:000000000000:function:f",
        "Runtime": "python3.13",
        "CodeSha256": digest_of(archive),
    }
    return parse_definition({"Configuration": config, "Code": {"Location": url}})


async def unpack(tmp_path, archive, served):
    async def answer(_request):
        return web.Response(body=served)

    application = web.Application()
    application.router.add_get("/code", answer)
    async with TestServer(application) as server, aiohttp.ClientSession() as http:
        definition = definition_of(archive, str(server.make_url("/code")))
        return await unpack_code(Layout(tmp_path), http, definition)


async def test_code_is_unpacked_into_a_folder_named_after_its_digest(tmp_path):
    archive = archive_of("x = 1\n")

    folder = await unpack(tmp_path, archive, archive)

    assert folder == tmp_path / "data" / "functions" / hashlib.sha256(archive).hexdigest()
    assert [entry.name for entry in folder.iterdir()] == ["handler.py"]
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize(
    ("archive", "served", "says"),
    [
        (archive_of("x = 1\n"), archive_of("x = 2\n"), "digest"),
        (b"no zip", b"no zip", "not a zip archive"),
    ],
    ids=["other code", "no archive"],
)
async def test_code_that_is_not_what_it_should_be_is_refused(tmp_path, archive, served, says):
    with pytest.raises(InvokeError, match=says):
        await unpack(tmp_path, archive, served)

    assert not list((tmp_path / "data").rglob("*.py"))


async def test_code_that_is_nowhere_is_refused(tmp_path):
    definition = replace(definition_of(b"", ""), code_url="http://127.0.0.1:9/code")

    async with aiohttp.ClientSession() as http:
        with pytest.raises(InvokeError, match=r"cannot be read from http://127\.0\.0\.1:9/code"):
            await unpack_code(Layout(tmp_path), http, definition)


async def test_only_old_code_of_no_function_is_removed(tmp_path):
    folder = tmp_path / "data" / "functions"
    used, unused, new = (hashlib.sha256(text).hexdigest() for text in (b"a", b"b", b"c"))
    for name in (used, unused, new):
        (folder / name).mkdir(parents=True)
    (folder / f"{unused}.zip").touch()
    old = time.time() - 2 * 24 * 3600
    for name in (used, unused, f"{unused}.zip"):
        os.utime(folder / name, (old, old))

    (folder / "renamed").symlink_to(folder / "gone")

    remove_unused(Layout(tmp_path), {digest_of(b"a")})

    left = {used, new, f"{unused}.zip", "renamed"}
    assert {entry.name for entry in folder.iterdir()} == left
