"""Nobody but the console's own pages may write, and no page of another origin may read."""

import pytest

from tests.localcloud.telemetry.console.doubles import EVIL

DELETE = "/queues/orders-queue/delete"


async def test_other_hosts_are_rejected(console):
    answer = await console.get("/", headers={"Host": f"evil.example:{console.port}"})

    assert answer.status == 403
    assert "DNS rebinding" in await answer.text()


async def test_another_port_in_host_is_rejected(console):
    assert (await console.get("/", headers={"Host": "127.0.0.1:1"})).status == 403


async def test_localhost_is_redirected_to_the_address(console):
    host = {"Host": f"localhost:{console.port}"}
    answer = await console.get("/logs?text=a%20b", headers=host, allow_redirects=False)

    assert answer.status == 308
    assert answer.headers["Location"] == f"http://127.0.0.1:{console.port}/logs?text=a%20b"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:3000"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ],
)
async def test_pages_of_other_origins_cannot_read(console, headers):
    assert (await console.get("/index.json", headers=headers)).status == 403


async def test_a_link_on_another_page_may_be_followed(console):
    headers = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }

    assert (await console.get("/", headers=headers)).status == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:3000"},
        {"Origin": None},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": None},
    ],
)
async def test_writes_need_the_consoles_own_page(console, shop, own, changed):
    headers = {name: value for name, value in (own | changed).items() if value is not None}
    answer = await console.post(DELETE, data={"receipt": "r"}, headers=headers)

    assert answer.status == 403
    assert shop.called == []


async def test_the_consoles_own_form_writes(console, shop, own):
    answer = await console.post(DELETE, data={"receipt": "r"}, headers=own, allow_redirects=False)

    assert answer.status == 303
    assert answer.headers["Location"].startswith("/queues/orders-queue?told=")
    assert shop.called[-1][0] == "sqs DeleteMessage"


async def test_writes_are_posts(console, own):
    answer = await console.get(DELETE, headers=own)

    assert answer.status == 405


@pytest.mark.parametrize("path", ["/", "/index.json", "/nothing", "/static/console.js"])
async def test_every_response_is_restricted(console, path):
    answer = await console.get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


async def test_a_script_in_a_message_about_a_write_stays_text(console):
    text = await (await console.get("/", params={"told": EVIL})).text()

    assert EVIL not in text
    assert "&lt;script&gt;" in text
