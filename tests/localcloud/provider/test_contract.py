"""What every row promises, found and tested by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localcloud.provider import defaults, sdk
from localcloud.provider.row import REPLACE, UPDATE, Mode, names
from localcloud.provider.table import table
from localcloud.provider.values import UNKNOWN, unwrap_secrets
from tests.localcloud.provider.aws_answers import answer
from tests.localcloud.provider.stage import DEFAULT_TAGS, all_examples, has_declared_shape

ROWS = table().rows
TYPES = sorted(ROWS)
EXAMPLES = all_examples()


def test_every_row_has_an_example_and_every_example_a_row():
    assert sorted(EXAMPLES) == TYPES


@pytest.mark.parametrize("type_", TYPES)
def test_every_input_is_updated_replaced_or_ignored(type_):
    inputs = ROWS[type_].inputs

    assert {key for key in inputs if "." not in key} == sdk.declared(type_).inputs.keys()
    for path in inputs:
        effect, parent = inputs[path].effect, inputs[path.split(".")[0]].effect
        assert effect in (parent, REPLACE)
        assert is_declared(sdk.declared(type_).inputs, path.split(".")), path


def is_declared(kinds, path):
    """Say whether the SDK knows the dotted *path*."""
    kind = kinds.get(path[0])
    while isinstance(kind, list) and kind[0] == "list":
        kind = kind[1]
    if not path[1:]:
        return kind is not None
    return isinstance(kind, list) and is_declared(sdk.members(kind[1]), path[1:])


@pytest.mark.parametrize("type_", TYPES)
def test_every_name_in_a_row_is_declared_by_the_sdk(type_):
    row = ROWS[type_]
    declared = sdk.declared(type_)

    assert {*row.outputs, *names(row.recomputed), *row.secret} <= set(declared.outputs)
    assert ("tags" in row.inputs_with(UPDATE)) == (
        row.tags is not None or row.mode is Mode.RECORDED
    ) or ("tags" not in declared.inputs)


@pytest.mark.parametrize("type_", TYPES)
def test_an_object_is_created_read_changed_deleted_and_gone(type_, shared):
    row, example = ROWS[type_], EXAMPLES[type_]
    inputs = example.inputs(shared)

    planned = shared.preview(type_, inputs)
    made = shared.create(type_, inputs, name="contract")

    assert made.id
    assert has_declared_shape(type_, made.outputs) == []
    assert all(
        unwrap_secrets(planned[key]) == UNKNOWN
        for key in sdk.declared(type_).computed - {"tagsAll"}
    )
    assert {
        key: unwrap_secrets(made.outputs.get(key)) for key in example.outputs
    } == example.outputs
    if row.tags is not None:
        wanted = {**DEFAULT_TAGS, **inputs.get("tags", {})}
        assert made.outputs["tagsAll"] == wanted
    found = shared.read(made)
    assert found is not None
    assert unwrap_secrets(found.inputs) == unwrap_secrets(made.inputs), (
        "a refresh right after the create shows a change"
    )
    assert unwrap_secrets(found.outputs) == unwrap_secrets(made.outputs)
    adopted = shared.read(replace(made, outputs=made.inputs))
    assert adopted is not None, "what an interrupted run created is not found"
    known = {key: made.outputs[key] for key in made.outputs.keys() - names(example.told_once)}
    assert unwrap_secrets(adopted.outputs) == unwrap_secrets(known)

    if example.update:
        news = shared.changed(made, example.update)
        seen = shared.diff(made, news)
        assert (sorted(seen.replaces), seen.changes) == ([], seen.DIFF_SOME)
        assert set(example.update) <= set(seen.diffs)
        made = shared.update(made, news)
        found = shared.read(made)
        assert found is not None
        assert unwrap_secrets(found.inputs) == unwrap_secrets(made.inputs), (
            "a refresh right after the update shows a change"
        )
        assert has_declared_shape(type_, made.outputs) == []
        assert shared.diff(made, shared.changed(made, {})).changes == seen.DIFF_NONE

    if row.read is not None:
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
def test_what_a_program_drops_is_as_if_it_had_never_been_set(type_, shared, cloud):
    row, example = ROWS[type_], EXAMPLES[type_]
    everything = {**example.inputs(shared), **example.optional(shared)}
    dropped = set(everything) & row.inputs_with(UPDATE) - sdk.declared(type_).required
    dropped -= {"tags", *names(example.kept)}
    dropped = {key for key in dropped if not defaults.is_chosen_by_aws(row, key)}
    bare = {key: value for key, value in everything.items() if key not in dropped}
    if not dropped:
        return

    made = shared.create(type_, bare, name="dropped")
    before = answer(row, made, example, cloud)
    made = shared.update(made, shared.changed(made, everything))
    between = answer(row, made, example, cloud)
    made = shared.update(made, shared.changed(made, dict.fromkeys(dropped)))
    after = answer(row, made, example, cloud)

    left = {
        key: (value, before.get(key))
        for key, value in after.items()
        if value != before.get(key) and (key in before or value == between.get(key))
    }
    assert left == {}
    assert before.keys() <= after.keys()
    shared.delete(made)


@pytest.mark.parametrize("type_", TYPES)
def test_every_wrong_value_is_refused_at_preview_by_name(type_, shared):
    bad = EXAMPLES[type_].bad
    inputs = EXAMPLES[type_].inputs(shared)

    _, failures = shared.check(type_, {**inputs, **bad})

    assert {key.split(".")[0].split("[")[0] for key in failures} == set(bad)
