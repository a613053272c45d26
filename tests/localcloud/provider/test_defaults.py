"""An input left out means the same as its default written out, whatever the type."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from localcloud.provider import defaults, sdk
from localcloud.provider.row import UNSET
from localcloud.provider.table import table
from localcloud.provider.values import DEFAULTS, unwrap_secrets, without_marks
from tests.localcloud.provider.examples.lb import targets
from tests.localcloud.provider.stage import Made, all_examples, as_written, every_example

ROWS = table().rows
TYPES = sorted(ROWS)
EXAMPLES = all_examples()
EMPTY = {"boolean": False, "integer": 0, "number": 0, "string": ""}
EMPTY_COLLECTIONS: dict[str, Any] = {"list": [], "map": {}}


def written_out(row, made) -> dict[str, Any]:
    """Return what a program may write that means the same as leaving it out."""
    declared = sdk.declared(row.type)
    stated = {key for key in made.inputs if key not in made.inputs.get(DEFAULTS, ())}
    found = {}
    for key, kind in declared.inputs.items():
        if key in stated | {"region", "tags"} or not row.inputs[key].supported:
            continue
        default = defaults.default(row, key, made.inputs)
        if default is not UNSET:
            found[key] = default
        elif defaults.is_chosen_by_aws(row, key):
            found[key] = unwrap_secrets(made.outputs.get(key))
        else:
            found[key] = (
                EMPTY.get(kind) if isinstance(kind, str) else EMPTY_COLLECTIONS.get(kind[0])
            )
    return {key: value for key, value in found.items() if value is not None}


@pytest.mark.parametrize("type_", TYPES)
def test_a_default_may_be_written_or_left_out(type_, shared):
    row = ROWS[type_]
    made = shared.create(type_, EXAMPLES[type_].inputs(shared), name="default")
    bare = shared.changed(made, {})

    changes = {}
    for key, value in written_out(row, made).items():
        said, failures = shared.check(type_, {**made.inputs, key: value}, made.inputs)
        if failures:
            continue  # AWS refuses to have it written out
        with_it = replace(made, inputs=said)
        for direction, seen in (
            ("added", shared.diff(made, said)),
            ("dropped", shared.diff(with_it, bare)),
        ):
            if seen.changes != seen.DIFF_NONE:
                changes[key, direction] = value, list(seen.diffs), list(seen.replaces)

    shared.delete(made)
    assert changes == {}


@pytest.mark.parametrize("type_", TYPES)
def test_a_state_from_before_the_defaults_is_no_change(type_, shared):
    made = shared.create(type_, EXAMPLES[type_].inputs(shared), name="before")
    filled = set(made.inputs.get(DEFAULTS, ())) & set(
        defaults.filled(ROWS[type_], EXAMPLES[type_].inputs(shared))
    )
    old = {key: as_written(value) for key, value in made.inputs.items() if key not in filled}
    old[DEFAULTS] = sorted(set(made.inputs.get(DEFAULTS, ())) - filled)

    seen = shared.diff(replace(made, inputs=old), shared.changed(made, {}))

    shared.delete(made)
    assert (seen.changes, list(seen.diffs)) == (seen.DIFF_NONE, [])


@pytest.mark.parametrize("example", every_example(), ids=lambda one: f"{one.type} {one.variant}")
def test_the_same_program_after_an_import_is_no_change(example, shared):
    type_, row = example.type, ROWS[example.type]
    if row.read is None:  # an import is refused
        return
    made = shared.create(type_, example.inputs(shared), name=f"imported{example.variant}")
    id_ = example.import_id.format_map({**made.outputs, "id": made.id})
    imported = shared.read(replace(made, id=id_), known=False)

    program = shared.changed(made, {})
    if row.name is not None and row.name.property in made.inputs:  # an import needs the name
        program[row.name.property] = made.inputs[row.name.property]
    seen = shared.diff(imported, program)
    generated, refused = shared.check(type_, as_written(imported.inputs), imported.inputs)
    of_generated = shared.diff(imported, generated)

    shared.delete(made)
    assert refused == {}, "the code that `pulumi import` generates is refused"
    assert list(of_generated.diffs) == [], "the code that `pulumi import` generates is a change"
    sent_again = {key for key, item in row.inputs.items() if item.state_only or item.write_only}
    assert set(seen.diffs) - sent_again == set()
    assert list(seen.replaces) == []


@pytest.mark.parametrize(
    "type_", sorted(type_ for type_ in TYPES if ROWS[type_].defaults_of_blocks)
)
def test_a_default_of_a_block_may_be_written_or_left_out(type_, shared):
    for example in every_example():
        if example.type != type_:
            continue
        given = {**example.inputs(shared), **example.optional(shared), **example.values(shared)}
        left_out, _ = shared.check(
            type_, {key: value for key, value in given.items() if value is not None}
        )
        unmarked = without_marks(left_out)
        written = {key: value for key, value in unmarked.items() if key != "tagsAll"}
        said, _ = shared.check(type_, written, left_out)
        for old, new in ((left_out, said), (said, left_out), (unmarked, left_out)):
            seen = shared.diff(Made(type_, shared.urn(type_, "x"), "x", old, {}), new)
            assert (seen.changes, list(seen.diffs)) == (seen.DIFF_NONE, []), example.variant


def test_drift_of_a_default_of_a_block_is_found(shared, api):
    inputs = {**targets(shared), "healthCheck": {"path": "/health"}}
    made = shared.create("aws:lb/targetGroup:TargetGroup", inputs, name="unsaid")

    api("elbv2").modify_target_group(TargetGroupArn=made.id, HealthCheckIntervalSeconds=11)

    found = shared.read(made)
    assert found.inputs["healthCheck"]["interval"] == 11
    assert list(shared.diff(found, shared.changed(made, {})).diffs) == ["healthCheck"]
    shared.delete(made)


def test_check_fills_in_and_names_the_defaults_of_blocks(shared):
    redirect = {"protocol": "HTTPS", "statusCode": "HTTP_301"}
    inputs = {
        **EXAMPLES["aws:lb/listener:Listener"].inputs(shared),
        "defaultActions": [{"type": "redirect", "redirect": redirect}],
    }

    checked, failures = shared.check("aws:lb/listener:Listener", inputs)

    [action] = checked["defaultActions"]
    assert failures == {}
    assert action[DEFAULTS] == []
    assert action["redirect"] == {
        **redirect,
        "host": "#{host}",
        "path": "/#{path}",
        "port": "#{port}",
        "query": "#{query}",
        DEFAULTS: ["host", "path", "port", "query"],
    }


def test_check_names_the_defaults_it_fills_in(stage):
    checked, _ = stage.check("aws:sqs/queue:Queue", {"name": "q", "delaySeconds": 5})

    assert checked["visibilityTimeoutSeconds"] == 30
    assert checked["delaySeconds"] == 5
    assert "visibilityTimeoutSeconds" in checked[DEFAULTS]
    assert "delaySeconds" not in checked[DEFAULTS]
