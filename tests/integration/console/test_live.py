"""What happens appears on an open page, without a reload, and leaves alone what a person does."""

import json

import pytest
from playwright.sync_api import expect

from tests.integration.console.browser import tab


@pytest.fixture
def own(browser, own_console):
    with tab(browser, own_console.url) as one:
        yield one
        assert one.problems == []


def test_an_error_appears_without_a_reload(own, own_console):
    shown = own.open("/")
    shown.evaluate("window.same = true")
    expect(shown.locator("#live-status")).to_have_text("live")

    own_console.shop.log(json.dumps({"level": "ERROR", "message": "cannot charge"}))

    expect(shown.locator("#live_errors")).to_contain_text("cannot charge")
    assert shown.evaluate("window.same")


def test_paused_pages_stay_as_they_are_until_they_go_on(own, own_console):
    shown = own.open("/logs")
    expect(shown.locator("#live-status")).to_have_text("live")
    before = shown.locator("#live_lines").inner_html()

    shown.get_by_label("Pause updates").check()
    expect(shown.locator("#live-status")).to_have_text("paused")
    own_console.shop.log("later")

    assert shown.request.get(f"{own.base}/logs").text().count("later") > 0
    assert shown.locator("#live_lines").inner_html() == before
    shown.get_by_label("Pause updates").uncheck()
    expect(shown.locator("#live_lines")).to_contain_text("later")


def test_what_is_opened_and_focused_survives_an_update(own, own_console):
    shown = own.open("/logs")
    expect(shown.locator("#live-status")).to_have_text("live")
    first = shown.locator("details", has_text="placed").locator("summary")
    first.focus()
    shown.keyboard.press("Enter")

    own_console.shop.log("later")

    expect(shown.locator("#live_lines")).to_contain_text("later")
    opened = shown.locator("details[open]")
    expect(opened).to_have_count(1)
    expect(opened).to_contain_text("placed")
    expect(opened.locator("summary")).to_be_focused()


def test_a_page_reconnects_after_the_console_was_restarted(browser, own_console):
    with tab(browser, own_console.url) as one:
        shown = one.open("/")
        expect(shown.locator("#live-status")).to_have_text("live")

        one.page.context.set_offline(True)
        one.page.context.set_offline(False)
        own_console.shop.log(json.dumps({"level": "ERROR", "message": "after it"}))

        expect(shown.locator("#live_errors")).to_contain_text("after it")
