"""Errors for files that cannot be read as a description."""

import pytest

from spec.catalogue import SpecError, load_service
from tests.spec.descriptions import CONTAINER, DATABASE, faults


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["1_first.sql"], "found the file name '1_first.sql'; name it as"),
        (["0001_a.sql", "0001_b.sql"], "found the number 0001 twice; give it the next"),
    ],
)
def test_migrations_are_numbered(tmp_path, names, message):
    folder = tmp_path / "parcels" / "migrations"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text("SELECT 1;")

    found = faults(tmp_path, {**CONTAINER, "stores": DATABASE, "migrations": {"command": ["x"]}})

    assert [line for line in found if message in line], found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: parcels\nname: again\n", "2: name: found the field twice (first in line 1)"),
        ("", "1: found an empty file; write fields"),
        ("- one\n", "1: found no mapping; write fields"),
        ("name: [\n", "found invalid YAML"),
        ("name: a\n  owner: b\n", "2: found invalid YAML"),
        (b"name: \xff\n", "1: found bytes that are not UTF-8 (0xff); save the file as UTF-8"),
        ("a: &x {b: 1}\nc: *x\n", "an alias (*name); write the value out"),
        ("a: !!python/name:os.system x\n", "write a plain value without a tag"),
        ("yes: 1\n", "found the field name yes, which YAML reads as a boolean"),
        ("{a: 1}: 2\n", "a field name of several parts"),
        ("a: .nan\n", "which is not a number"),
        ("a: 0b_\n", "'0b_', which is not a number"),
        ('a: "\\ud800"\n', "half of a surrogate pair"),
        ("a: " + "[" * 80 + "]" * 80, "values nested too deeply"),
        ("a: " + "[" * 600, "values nested too deeply"),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused(tmp_path, text, message):
    found = faults(tmp_path, text)

    assert [line for line in found if message in line], found


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SpecError, match=r"nowhere/service.yaml:1: found no readable file"):
        load_service(tmp_path / "nowhere" / "service.yaml")
