"""Websites of buckets, served from a control plane."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import aiohttp
import pytest

from localcloud.names import read_names
from localcloud.runtime.frontdoor.serve import running_front_door
from tests.localcloud.aws.control_process import ControlProcess

HERE = {"LocationConstraint": "eu-west-1"}
RULES = [
    {"Condition": {"KeyPrefixEquals": "docs/"}, "Redirect": {"ReplaceKeyPrefixWith": "manual/"}},
    {
        "Condition": {"KeyPrefixEquals": "old/", "HttpErrorCodeReturnedEquals": "404"},
        "Redirect": {"HostName": "old.test", "Protocol": "https", "HttpRedirectCode": "302"},
    },
]
OBJECTS = {
    "index.html": {
        "Body": b"<h1>home</h1>",
        "ContentType": "text/html",
        "CacheControl": "no-cache",
    },
    "error.html": {"Body": b"<h1>lost</h1>", "ContentType": "text/html"},
    "guide/index.html": {"Body": b"guide", "ContentType": "text/html"},
    "a b/ü.txt": {"Body": b"odd name"},
    "moved": {"Body": b"", "WebsiteRedirectLocation": "/guide/"},
}


def configure(s3, bucket, **website):
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=HERE)
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)


def publish(s3, bucket):
    s3.delete_public_access_block(Bucket=bucket)
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("websites"))
    process.start()
    s3, index = process.client("s3"), {"Suffix": "index.html"}
    configure(
        s3, "site", IndexDocument=index, ErrorDocument={"Key": "error.html"}, RoutingRules=RULES
    )
    configure(s3, "plain", IndexDocument=index, ErrorDocument={"Key": "error.html"})
    configure(s3, "closed", IndexDocument=index)
    configure(s3, "www", RedirectAllRequestsTo={"HostName": "site.test", "Protocol": "https"})
    for bucket in ("site", "plain"):
        publish(s3, bucket)
    for bucket in ("site", "closed"):
        for key, content in OBJECTS.items():
            s3.put_object(Bucket=bucket, Key=key, **content)
    yield process
    process.stop()


@asynccontextmanager
async def served(cloud):
    """Serve the websites; give a function that requests a path of one."""
    async with running_front_door(cloud.layout) as door, aiohttp.ClientSession() as client:
        async with asyncio.timeout(10):
            while not door.applied:
                await asyncio.sleep(0.02)
        names = read_names(cloud.layout)

        async def ask(bucket, path, method="GET", **headers):
            url = names.find(f"http://{bucket}.s3-website-eu-west-1.amazonaws.com") + path
            request = client.request(method, url, headers=headers, allow_redirects=False)
            async with request as answer:
                return answer.status, answer.headers, (await answer.read()).decode()

        yield ask


@pytest.mark.parametrize(
    ("bucket", "path", "status", "text"),
    [
        ("site", "/", 200, "<h1>home</h1>"),
        ("site", "/?a=b", 200, "<h1>home</h1>"),
        ("site", "/guide/", 200, "guide"),
        ("site", "/a%20b/%C3%BC.txt", 200, "odd name"),
        ("site", "/nothing", 404, "<h1>lost</h1>"),
        ("plain", "/nothing", 404, "Retrieve a Custom Error Document"),
        ("closed", "/", 403, "<li>Code: AccessDenied</li>"),
    ],
)
async def test_what_a_website_answers(cloud, bucket, path, status, text):
    async with served(cloud) as ask:
        found = await ask(bucket, path)
        without_body = await ask(bucket, path, "HEAD")

    assert (found[0], text in found[2]) == (status, True), found
    assert (without_body[0], without_body[2]) == (status, "")


@pytest.mark.parametrize(
    ("bucket", "path", "status", "location"),
    [
        ("site", "/guide", 302, "/guide/"),
        ("site", "/moved", 301, "/guide/"),
        ("site", "/docs/a?b=c", 301, "http://{host}/manual/a?b=c"),
        ("site", "/old/a", 302, "https://old.test/old/a"),
        ("www", "/a?b=c", 301, "https://site.test/a?b=c"),
    ],
)
async def test_where_a_website_redirects(cloud, bucket, path, status, location):
    async with served(cloud) as ask:
        found = await ask(bucket, path, Host="shop.test")

    assert (found[0], found[1]["location"]) == (status, location.format(host="shop.test"))


async def test_headers_conditions_and_ranges_are_those_of_s3(cloud):
    async with served(cloud) as ask:
        _, headers, _ = await ask("site", "/")
        fresh = await ask("site", "/", **{"If-None-Match": headers["etag"]})
        part = await ask("site", "/", Range="bytes=1-3")
        posted = await ask("site", "/", "POST")

    assert (headers["content-type"], headers["cache-control"]) == ("text/html", "no-cache")
    assert fresh[0] == 304
    assert (part[0], part[2]) == (206, "h1>")
    assert (posted[0], "MethodNotAllowed" in posted[2]) == (405, True)


async def test_a_website_comes_and_goes_with_its_configuration(cloud):
    s3 = cloud.client("s3")
    async with running_front_door(cloud.layout) as door:
        configure(s3, "brief", IndexDocument={"Suffix": "index.html"})
        async with asyncio.timeout(10):
            while "brief" not in door._websites:
                await asyncio.sleep(0.02)
        s3.delete_bucket_website(Bucket="brief")
        async with asyncio.timeout(10):
            while "brief" in door._websites:
                await asyncio.sleep(0.02)

    assert not read_names(cloud.layout).find("brief.s3-website-eu-west-1.amazonaws.com")
