"""The pages are used without a mouse."""

import pytest

from tests.integration.console.shops import PATHS

FOCUSABLE = (
    "a[href]:not([tabindex='-1']), button, input:not([type=hidden]), select, summary,"
    " [tabindex='0']"
)
ACTIVE = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return {number: [...document.querySelectorAll(FOCUSABLE)].indexOf(one), marked,
          visible: box.width > 0 && box.right > 0 && box.bottom > 0,
          html: one.outerHTML.slice(0, 150)};
}""".replace("FOCUSABLE", repr(FOCUSABLE))


def test_the_first_stop_skips_to_the_content(page):
    shown = page.open("/logs")

    shown.keyboard.press("Tab")
    assert shown.locator(":focus").inner_text() == "Skip to the content"
    assert shown.locator(".skip").bounding_box()["x"] >= 0
    shown.keyboard.press("Enter")
    assert shown.locator("main:focus").count() == 1
    shown.keyboard.press("Tab")
    assert shown.locator(":focus").get_attribute("name") == "text"


@pytest.mark.parametrize("path", PATHS)
def test_tab_visits_everything_in_order_and_shows_where_it_is(page, path):
    shown = page.open(path)
    shown.locator("#pause").check()  # a swap in between would move what is counted
    shown.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    shown.locator(".skip").focus()
    stops = [shown.evaluate(ACTIVE)]
    for _ in range(shown.locator(FOCUSABLE).count() - 1):
        shown.keyboard.press("Tab")
        stops.append(shown.evaluate(ACTIVE))

    numbers = [one["number"] for one in stops]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == shown.locator(FOCUSABLE).count()
    assert [one["html"] for one in stops[1:] if not (one["marked"] and one["visible"])] == []


def test_a_form_is_sent_by_the_keyboard(page):
    shown = page.open("/logs")

    shown.get_by_label("Text").focus()
    shown.keyboard.type("placed")
    shown.keyboard.press("Enter")

    shown.wait_for_url("**/logs?text=placed*")
    assert shown.locator("#live_lines tbody tr").count() == 1
