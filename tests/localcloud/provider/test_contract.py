"""What every row promises, found and tested by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localcloud.provider import generate, sdk
from localcloud.provider.row import Mode, names
from localcloud.provider.services import table
from localcloud.provider.values import UNKNOWN, revealed
from tests.localcloud.provider.stage import DEFAULT_TAGS, all_examples, has_declared_shape

ROWS = table().rows
TYPES = sorted(ROWS)
EXAMPLES = all_examples()


def test_what_the_sdk_declares_is_up_to_date():
    assert sdk.PATH.read_text() == generate.generated(), (
        "run: python -m localcloud.provider.generate"
    )


def test_every_row_has_an_example_and_every_example_a_row():
    assert sorted(EXAMPLES) == TYPES


@pytest.mark.parametrize("type_", TYPES)
def test_every_input_is_updated_replaced_or_ignored(type_):
    row = ROWS[type_]
    lists = [names(row.update), names(row.replace), names(row.ignored)]

    assert sorted([key for found in lists for key in found]) == sorted(sdk.declared(type_).inputs)


@pytest.mark.parametrize("type_", TYPES)
def test_every_name_in_a_row_is_declared_by_the_sdk(type_):
    row = ROWS[type_]
    declared = sdk.declared(type_)

    assert {*row.outputs, *names(row.recomputed), *names(row.secret)} <= set(declared.outputs)
    assert {path.split(".")[0] for path in row.limits} <= set(declared.inputs)
    assert names(row.unordered) <= set(declared.inputs)
    assert ("tags" in names(row.update)) == (row.tags is not None or row.mode is Mode.RECORDED) or (
        "tags" not in declared.inputs
    )


@pytest.mark.parametrize("type_", TYPES)
def test_an_object_is_created_read_changed_deleted_and_gone(type_, shared):
    row, example = ROWS[type_], EXAMPLES[type_]
    inputs = example.inputs(shared)

    planned = shared.preview(type_, inputs)
    made = shared.create(type_, inputs, name="contract")

    assert made.id
    assert has_declared_shape(type_, made.outputs) == []
    assert all(
        revealed(planned[key]) == UNKNOWN for key in sdk.declared(type_).computed - {"tagsAll"}
    )
    assert {key: revealed(made.outputs.get(key)) for key in example.outputs} == example.outputs
    if row.tags is not None:
        wanted = {**DEFAULT_TAGS, **inputs.get("tags", {})}
        assert made.outputs["tagsAll"] == wanted
    found = shared.read(made)
    assert found is not None
    assert revealed(found.inputs) == revealed(made.inputs), (
        "a refresh right after the create shows a change"
    )
    assert revealed(found.outputs) == revealed(made.outputs)

    if example.update:
        news = shared.changed(made, example.update)
        seen = shared.diff(made, news)
        assert (sorted(seen.replaces), seen.changes) == ([], seen.DIFF_SOME)
        assert set(example.update) <= set(seen.diffs)
        made = shared.update(made, news)
        found = shared.read(made)
        assert found is not None
        assert revealed(found.inputs) == revealed(made.inputs), (
            "a refresh right after the update shows a change"
        )
        assert has_declared_shape(type_, made.outputs) == []
        assert shared.diff(made, shared.changed(made, {})).changes == seen.DIFF_NONE

    if row.mode is not Mode.RECORDED:
        id_ = example.import_id.format_map({**made.outputs, "id": made.id})
        imported = shared.read(replace(made, id=id_), known=False)
        assert imported is not None, "an import does not find the object"
        assert imported.id == made.id
        assert has_declared_shape(type_, imported.outputs) == []
    shared.delete(made)
    if row.mode is not Mode.RECORDED and not example.lasting:
        assert shared.read(made) is None, "a deleted object is still read"
    shared.delete(made)


@pytest.mark.parametrize("type_", TYPES)
def test_every_wrong_value_is_refused_at_preview_by_name(type_, shared):
    bad = EXAMPLES[type_].bad
    inputs = EXAMPLES[type_].inputs(shared)

    _, failures = shared.check(type_, {**inputs, **bad})

    assert {key.split(".")[0].split("[")[0] for key in failures} == set(bad)
