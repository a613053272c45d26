"""The page about the architecture says how many files an addition takes, as the script counts."""

import pytest

from bench.files_touched import ADDITIONS, EXAMPLES, edited, table, verify
from localcloud.layout import ROOT

each_addition = pytest.mark.parametrize("addition", ADDITIONS, ids=lambda one: one.example)


def test_the_table_on_the_page_is_the_script_s():
    assert table() in (ROOT / "docs" / "architecture.md").read_text()


def test_every_example_is_counted():
    assert {one.name for one in EXAMPLES.iterdir()} == {one.example for one in ADDITIONS}


@each_addition
def test_an_example_fits_the_checkout(addition):
    for name, source in addition.files.items():
        if source.suffix == ".edit":
            assert edited((ROOT / name).read_text(), source)
        else:
            assert not (ROOT / name).exists()


@pytest.mark.integration
@pytest.mark.timeout(600)
@each_addition
def test_an_addition_works_and_touches_no_other_file(addition):
    verify(addition)


def test_the_service_of_the_example_has_a_name_that_the_documentation_does_not_use():
    (added,) = (ROOT / "bench" / "additions" / "service" / "services").iterdir()
    pages = [ROOT / "README.md", *(ROOT / "docs" / "how-to").glob("*.md")]

    assert [page.name for page in pages if f"services/{added.name}" in page.read_text()] == []
