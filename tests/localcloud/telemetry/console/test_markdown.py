"""Markdown of text widgets."""

import re

from hypothesis import given
from hypothesis import strategies as st

from localcloud.telemetry.console.markdown import html

MADE = re.compile(
    r"</?(?:p|h[3-6]|ul|li|strong|code|br|a)>|<a href=\"(?:https?://|/dashboards/)[^\"<>]*\">"
)


def test_headings_lists_emphasis_code_and_links_are_drawn():
    text = (
        "# orders\n\nTakes **all** `orders`.\nSee [run book](https://wiki.test/a?b=1&c=2).\n\n"
        "* one\n* two\n\n[others](#dashboards:name=local-catalog)"
    )

    assert html(text) == (
        "<h3>orders</h3>\n"
        "<p>Takes <strong>all</strong> <code>orders</code>.<br>"
        'See <a href="https://wiki.test/a?b=1&amp;c=2">run book</a>.</p>\n'
        "<ul><li>one</li><li>two</li></ul>\n"
        '<p><a href="/dashboards/local-catalog">others</a></p>'
    )


def test_links_that_are_no_web_addresses_stay_text():
    assert html("[x](javascript:alert)") == "<p>[x](javascript:alert)</p>"


TEXTS = st.text("#*-`[]()<>&\"' \nabjavscript:htps/=", max_size=200)


@given(TEXTS)
def test_no_text_makes_an_element_of_its_own(text):
    left = MADE.sub("", str(html(text)))

    assert "<" not in left
    assert ">" not in left
