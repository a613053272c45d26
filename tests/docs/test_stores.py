"""The page of the stores lists every kind with its own page, and with services to copy."""

import re

import pytest

from localcloud.layout import ROOT
from spec.catalogue import load_catalogue
from spec.kinds import models

DOCS = ROOT / "docs"
KINDS = models("spec.stores")
ROW = re.compile(r"^\| \[`(\S+)`\]\((\S+)\) \|.*?\| (.+?) \|.*\|$", re.MULTILINE)
ROWS = {kind: about for kind, *about in ROW.findall((DOCS / "stores.md").read_text())}
"""Page and examples by kind."""
EXAMPLES = load_catalogue(ROOT / "examples" / "services").services
NO_EXAMPLE = "none: "
"""Start of what stands in place of an example: the reason."""


def test_every_kind_has_a_row():
    assert sorted(ROWS) == sorted(KINDS)


@pytest.mark.parametrize("kind", ROWS)
def test_the_page_of_a_kind_is_about_it(kind):
    page, _ = ROWS[kind]

    assert f"`{kind}`" in (DOCS / page).read_text() or f"kind: {kind}" in (DOCS / page).read_text()
    assert f'"{page}"' in (ROOT / "zensical.toml").read_text()


@pytest.mark.parametrize("kind", ROWS)
def test_a_kind_names_its_examples_or_a_reason(kind):
    _, named = ROWS[kind]

    examples = [
        name
        for name, spec in EXAMPLES.items()
        if kind in {store.KIND for store in spec.stores.values()}
    ]
    assert sorted(re.findall(r"`(\S+)`", named)) == examples
    assert examples or named.startswith(NO_EXAMPLE)


def test_every_field_of_a_store_stands_in_an_example():
    stores = [store for spec in EXAMPLES.values() for store in spec.stores.values()]
    shown = {field for store in stores for field in store.model_fields_set}

    known = {field for store in stores for field in KINDS[store.KIND].model_fields}
    assert known == shown
