"""What holds on every page: accessible, self-contained, and text stays text."""

import pytest
from playwright.sync_api import expect

from localcloud.telemetry.console.pages import PAGES
from tests.integration.console.browser import tab
from tests.integration.console.shops import HOSTILE, PATHS, SECRET

ERROR_PATHS = ("/nothing", "/queues/unknown", "/logs?level=LOUD")


def test_there_is_a_path_of_every_page():
    def matches(page, path):
        wanted, given = page.path.split("/"), path.split("/")
        pairs = list(zip(wanted, given, strict=False))
        return len(wanted) == len(given) and all(a == b or a[:1] == "{" for a, b in pairs)

    assert [one.path for one in PAGES if not any(matches(one, path) for path in PATHS)] == []


@pytest.mark.parametrize("path", PATHS)
def test_it_keeps_the_rules_of_accessibility(page, path):
    shown = page.open(path)

    assert page.axe() == []
    assert shown.locator("main").count() == shown.locator("h1").count() == 1
    shown.emulate_media(color_scheme="dark")
    assert page.axe("color-contrast") == []


@pytest.mark.parametrize("path", ERROR_PATHS)
def test_error_pages_keep_the_rules_of_accessibility(browser, console, path):
    with tab(browser, console.url) as one:
        one.open(path)

        assert one.axe() == []


def test_hostile_text_stays_text(page):
    shown_as_text = set()
    for path in PATHS:
        shown = page.open(path)
        expect(shown.locator("#live-status")).to_have_text("live")

        scripts = shown.eval_on_selector_all("script", "all => all.map(one => one.src)")
        assert scripts == [f"{page.base}/static/console.js"], path
        assert shown.locator("img, iframe, object, [onerror], [onload]").count() == 0, path
        assert shown.evaluate("window.evil") is None, path
        if HOSTILE[:30] in shown.content().replace("&lt;", "<").replace("&gt;", ">"):
            shown_as_text.add(path)
    assert len(shown_as_text) > len(PATHS) // 2  # it was there to be run


def test_secrets_are_masked(page):
    for path in PATHS:
        shown = page.open(path)
        data = shown.get_attribute("link[rel=alternate]", "href")

        assert SECRET not in shown.content()
        assert SECRET not in shown.request.get(page.base + data).text()


def test_its_data_are_a_click_away(page):
    for path in PATHS:
        shown = page.open(path)
        data = shown.locator("footer a").get_attribute("href")

        answer = shown.request.get(page.base + data)
        assert answer.headers["content-type"].startswith("application/json"), path
        assert isinstance(answer.json(), dict)


def test_scripts_in_the_document_do_not_run(browser, console):
    """The policy forbids inline code and eval, if ever something is not escaped."""
    with tab(browser, console.url) as one:
        shown = one.open("/")

        shown.evaluate(
            """() => new Promise(done => {
              const script = document.createElement("script");
              script.textContent = "window.evil = 1";
              const image = document.createElement("img");
              image.setAttribute("onclick", "window.evil = 1");
              document.body.append(script, image);
              image.click();
              setTimeout(() => {
                try { (0, eval)("window.evil = 1"); } catch {}
                done();
              });
            })"""
        )

        assert shown.evaluate("window.evil") is None
        assert any("Content Security Policy" in told for told in one.problems)


@pytest.mark.parametrize("path", PATHS)
def test_it_works_without_javascript(browser, console, path):
    with tab(browser, console.url, java_script_enabled=False) as without:
        shown = without.open(path)

        assert shown.locator("main h1").is_visible()
        assert shown.locator("#live").is_hidden()
        for one in shown.locator("main form").all():
            assert one.locator("button").first.is_visible()
        assert without.problems == []
