"""Versions of the CLI."""

import pytest

from localcloud.engine.version import MODULE, OLDEST, Version, VersionError, parse, pinned


@pytest.mark.parametrize("text", ["v3.259.0\n", "3.259.0", "v3.259.0-alpha.1785", " v3.259.0 "])
def test_what_the_cli_prints_is_read(text):
    assert parse(text) == Version(3, 259, 0)


@pytest.mark.parametrize("text", ["", "pulumi", "v3.259", "3.259.0 and more"])
def test_a_text_that_is_no_version_is_refused(text):
    with pytest.raises(VersionError, match="is not a version: expected the form"):
        parse(text)


def test_versions_compare_by_number_and_not_by_letter():
    assert Version(3, 9, 0) < Version(3, 231, 0) < Version(4, 0, 0)


def test_the_pinned_version_is_new_enough_and_stands_in_one_place():
    assert pinned() >= OLDEST
    assert f"github.com/pulumi/pulumi/pkg/v3 {pinned()}" in (MODULE / "go.mod").read_text()


def test_a_module_file_without_the_pin_is_refused(tmp_path):
    (tmp_path / "go.mod").write_text("module x\n")

    with pytest.raises(VersionError, match="no line pins"):
        pinned(tmp_path)


def test_the_module_file_names_only_the_cli_as_a_tool():
    lines = (MODULE / "go.mod").read_text().splitlines()

    tools = [line for line in lines if line.startswith("tool ")]
    assert tools == ["tool github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"]
