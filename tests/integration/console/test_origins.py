"""Other pages in the same browser can neither read the console nor write through it."""

import json

import pytest
from aiohttp import web

from tests.integration.console.browser import FOREIGN_NAME, tab
from tests.integration.console.conftest import served
from tests.integration.console.shops import QUEUE

ATTEMPTS = {
    "a form": """url => {
        const form = document.createElement("form");
        Object.assign(form, {method: "post", action: url, target: "_self"});
        form.innerHTML = '<input name="receipt" value="receipt-m-1">';
        document.body.append(form);
        form.submit();
    }""",
    "a request without CORS": """async url => {
        const body = new URLSearchParams({receipt: "receipt-m-1"});
        await fetch(url, {method: "POST", mode: "no-cors", body}).catch(() => {});
    }""",
    "a beacon": """url => {
        navigator.sendBeacon(url, new URLSearchParams({receipt: "receipt-m-1"}));
    }""",
}


@pytest.fixture(params=["127.0.0.1", "localhost", FOREIGN_NAME])
def elsewhere(browser, request):
    """A page of a service on another port, under several names."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<title>a service</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    with served(app) as url:
        base = url.replace("127.0.0.1", request.param)
        with tab(browser, base) as one:
            one.open("/")
            yield one.page


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_page_of_another_origin_cannot_write(elsewhere, own_console, attempt):
    path = f"/queues/{QUEUE}/delete"

    elsewhere.evaluate(ATTEMPTS[attempt], own_console.url + path)

    assert own_console.answers.get(timeout=10) == ("POST", path, 403)
    assert own_console.shop.called == []


def test_a_page_of_another_origin_cannot_read(elsewhere, console):
    read = elsewhere.evaluate(
        """async url => {
          const tries = [{}, {mode: "no-cors"}, {credentials: "include"}];
          const texts = await Promise.all(tries.map(how =>
            fetch(url, how).then(answer => answer.text()).catch(() => "")));
          return texts.join("");
        }""",
        f"{console.url}/index.json",
    )

    assert read == ""


def test_a_page_of_another_origin_cannot_follow_the_events(elsewhere, console):
    told = elsewhere.evaluate(
        """url => new Promise(done => {
          const source = new EventSource(url);
          source.onmessage = () => done("message");
          source.onerror = () => { source.close(); done("refused"); };
        })""",
        f"{console.url}/live/logs",
    )

    assert told == "refused"


def test_the_console_cannot_be_framed(elsewhere, console):
    url = f"{console.url}/queues/{QUEUE}"
    elsewhere.evaluate(
        """url => new Promise(done => {
          const frame = document.createElement("iframe");
          frame.onload = done;
          frame.src = url;
          document.body.append(frame);
        })""",
        url,
    )

    [frame] = elsewhere.main_frame.child_frames
    assert "Delete" not in frame.content()


def test_a_dns_name_of_this_machine_is_refused(browser, console):
    with tab(browser, console.url.replace("127.0.0.1", FOREIGN_NAME)) as one:
        answer = one.page.goto(one.base)

        assert answer.status == 403
        assert "DNS rebinding" in one.page.content()


def test_localhost_leads_to_the_address(browser, console):
    with tab(browser, console.url) as one:
        one.page.goto(console.url.replace("127.0.0.1", "localhost") + "/logs")

        assert one.page.url == f"{console.url}/logs"


def test_the_consoles_own_buttons_write(browser, own_console):
    """With and without JavaScript: the browser sends Origin and Sec-Fetch-Site by itself."""
    for script in (True, False):
        own_console.shop.called.clear()
        with tab(browser, own_console.url, java_script_enabled=script) as one:
            shown = one.open(f"/queues/{QUEUE}")
            shown.get_by_role("button", name="Delete message m-1").click()

            assert shown.get_by_text("The message is deleted.").is_visible()
            assert one.problems == []
        deleted = [given for name, given in own_console.shop.called if name == "sqs DeleteMessage"]
        assert [one["ReceiptHandle"] for one in deleted] == ["receipt-m-1"], json.dumps(deleted)
