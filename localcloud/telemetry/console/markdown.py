"""Markdown of text widgets as HTML: headings, lists, emphasis, code and links; no HTML of its own.

Everything is escaped first. Links lead to http(s) addresses, and to dashboards of the console.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS = 20_000
HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
ITEM = re.compile(r"[*+-][ \t]+(\S.*)")
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<strong>[^*\n]+)\*\*"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<target>[^\s()]+)\)"
)
DASHBOARD = "#dashboards:name="
FIRST_HEADING = 3
"""Level of `#`: the page has h1, its widgets have h2."""


def html(text: str) -> Markup:
    """Return *text* as HTML."""
    return Markup("\n").join(_blocks(text[:MAX_CHARACTERS]))


def _blocks(text: str) -> Iterator[Markup]:
    for block in re.split(r"\n[ \t]*\n", text):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        items = [ITEM.fullmatch(line) for line in lines]
        if lines and all(items):
            body = [Markup("<li>{}</li>").format(_inline(one[1])) for one in items if one]
            yield Markup("<ul>{}</ul>").format(Markup().join(body))
            continue
        told: list[Markup] = []
        for line in lines:
            heading = HEADING.fullmatch(line)
            if heading is None:
                told.append(_inline(line))
                continue
            if told:
                yield _paragraph(told)
                told = []
            level = min(FIRST_HEADING - 1 + len(heading[1]), 6)
            yield Markup("<h{0}>{1}</h{0}>").format(level, _inline(heading[2]))
        if told:
            yield _paragraph(told)


def _paragraph(lines: list[Markup]) -> Markup:
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines))


def _inline(text: str) -> Markup:
    parts: list[Markup] = []
    at = 0
    for found in INLINE.finditer(text):
        parts += [escape(text[at : found.start()]), _element(found)]
        at = found.end()
    return Markup().join([*parts, escape(text[at:])])


def _element(found: re.Match[str]) -> Markup:
    if found["code"]:
        return Markup("<code>{}</code>").format(found["code"])
    if found["strong"]:
        return Markup("<strong>{}</strong>").format(found["strong"])
    target = found["target"]
    if target.startswith(DASHBOARD):
        target = f"/dashboards/{quote(target.removeprefix(DASHBOARD), safe='')}"
    elif not target.startswith(("https://", "http://")):
        return escape(found[0])
    return Markup('<a href="{}">{}</a>').format(target, found["label"])
