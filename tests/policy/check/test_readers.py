"""What the readers make of the files that Pulumi writes, and of any other."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from policy.check.document import InputError
from policy.check.readers import read
from policy.engine.values import UNKNOWN


def only(program):
    [found] = [one for one in program.resources if one.type == "aws:sqs/queue:Queue"]
    return found


def test_a_preview_gives_the_inputs_with_unknown_values_and_masked_secrets_as_unknown(files):
    inputs = {"kmsMasterKeyId": files.UNKNOWN, "policy": "[secret]", "delaySeconds": 5}

    found = only(read(files.preview(files.provider(), files.queue(inputs))))

    assert found.props == {"kmsMasterKeyId": UNKNOWN, "policy": UNKNOWN, "delaySeconds": 5.0}
    assert (found.name, found.urn, found.options.parent) == ("orders", files.QUEUE, files.STACK)
    assert found.provider_name == "default"
    assert found.tag("owner") == "checkout"


def test_a_preview_leaves_out_what_is_deleted_and_takes_the_last_step_of_a_resource(files):
    gone = {"op": "delete", "urn": "x", "oldState": {}, "newState": None}
    replaced = {"op": "delete-replaced", "urn": "x", "newState": {"odd": True}}
    steps = [
        {"op": "create-replacement", "newState": files.queue({"delaySeconds": 1})},
        {"op": "replace", "newState": files.queue({"delaySeconds": 2})},
    ]

    found = read(files.write({"steps": [gone, replaced, *steps]}))

    assert [one.props for one in found.resources] == [{"delaySeconds": 2.0}]


def test_a_preview_without_its_unchanged_resources_says_how_many_are_missing(files):
    assert read(files.preview(files.queue(), same=4)).omitted == 4
    assert read(files.preview(files.queue(), op="same")).omitted == 0


def test_a_state_gives_inputs_to_resource_rules_and_outputs_to_stack_rules(files):
    queue = files.queue({"delaySeconds": 1}, outputs={"delaySeconds": 1, "arn": "arn:q"})

    found = read(files.export(files.provider(), queue))

    assert only(found).props == {"delaySeconds": 1.0}
    assert found.stack.get(files.QUEUE).props == {"delaySeconds": 1.0, "arn": "arn:q"}


def test_secrets_of_a_state_are_unknown_unless_it_shows_them(files):
    inputs = {
        "policy": files.secret(ciphertext="v1:abc"),
        "name": files.secret(plaintext='"orders"'),
        "tags": {"inner": files.secret(plaintext='{"deep": 5}')},
        "odd": files.secret(plaintext="no json"),
        "sent": files.secret(value="as the engine sends it"),
    }

    found = only(read(files.export(files.queue(inputs))))

    assert found.props == {
        "policy": UNKNOWN,
        "name": "orders",
        "tags": {"inner": {"deep": 5.0}},
        "odd": UNKNOWN,
        "sent": "as the engine sends it",
    }


def test_a_state_leaves_out_what_waits_for_deletion_and_what_is_only_read(files):
    old = files.queue({"delaySeconds": 1}, delete=True)
    read_only = files.state(files.QUEUE + "-read", external=True)

    found = read(files.export(old, files.queue(), read_only))

    assert [one.urn for one in found.resources] == [files.QUEUE]
    assert [one.urn for one in found.stack.resources] == [files.QUEUE]


def test_a_checkpoint_of_a_file_backend_and_an_empty_stack_are_states_too(files):
    latest = {"resources": [files.queue()]}

    assert read(files.write({"version": 3, "checkpoint": {"latest": latest}})).resources
    assert read(files.write({"version": 3, "deployment": {"resources": None}})).resources == []
    assert read(files.write({"version": 3, "checkpoint": {"latest": None}})).resources == []


def test_a_recorded_run_needs_types_and_names_alone(files):
    given = {"type": "aws:sqs/queue:Queue", "name": "orders"}
    joined = {
        **given,
        "name": "dead",
        "urn": "urn:dead",
        "props": {"delaySeconds": 1},
        "provider": {"region": "eu-west-1"},
        "propertyDependencies": {"redrivePolicy": ["urn:orders"]},
        "dependencies": ["urn:orders"],
        "protect": True,
        "ignoreChanges": ["tags"],
    }

    found = read(files.recorded(given, joined))

    assert found.resources[0].urn == "urn:pulumi:recorded::recorded::aws:sqs/queue:Queue::orders"
    assert found.resources[1].provider_props == {"region": "eu-west-1"}
    assert found.resources[1].options.protect
    assert found.resources[1].options.ignore_changes == ("tags",)
    assert found.stack.property_dependencies["urn:dead"] == {"redrivePolicy": ["urn:orders"]}
    assert found.stack.dependencies["urn:dead"] == ["urn:orders"]


def test_a_resource_is_found_again_by_its_line(files):
    found = read(files.recorded({"type": "a:b:C", "name": "x"}, {"type": "a:b:C", "name": "y"}))

    assert found.line(found.resources[1].urn) == 6
    assert found.line("urn:elsewhere") is None
    state = read(files.export(files.queue()))
    assert state.document.text.splitlines()[state.line(files.QUEUE) - 1].strip().startswith('"urn"')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: expected JSON; found end: Expecting value"),
        ("Previewing update\n{}", ":1: expected JSON; found 'Previewing update"),
        ("[] []", ":1: expected JSON; found '[]': Extra data"),
        ('["secre', ":1: expected JSON; found a string: Unterminated"),
        ('["secret\n"]', ":1: expected JSON; found a string: Invalid control character"),
        ('{\n "a": tru }', ":2: expected JSON; found 'tru }'"),
        (
            f'[{{"type": "a:b:C", "name": "x", "props": {{"a": {"[" * 900 + "]" * 900}}}}}]',
            "is nested too deeply to be read",
        ),
        ("5", "seen.json: expected what `pulumi preview --json`"),
        ('{"outputs": {}}', "list of recorded resources; found an object with outputs"),
        (b"\x80\x81", "expected JSON; found bytes that are not text"),
        ("[" * 100_000, "is nested too deeply to be read"),
        ('{"version": 2, "deployment": {}}', ":1: version: expected a state of version 3; found 2"),
        ('{"version": 3, "checkpoint": {"latest": 5}}', "checkpoint.latest: expected an object"),
        ('{"version": 3,\n"deployment": {"resources": 5}}', ":2: deployment.resources: expected a"),
        ('{"steps": 5}', "steps: expected a list; found 5"),
        ('{"steps": [5]}', "steps.0: expected an object; found 5"),
        ('{"steps": [{"newState": []}]}', "steps.0.newState: expected an object; found a list"),
        ('{"version": 3, "deployment": {"resources": [5]}}', "resources.0: expected an object"),
        ('{"version": 3, "deployment": {"resources": [{"urn": 5}]}}', "expected a string as urn"),
        ('[\n{"type": "t"}]', ":2: 0.name: expected a string as name; found nothing"),
        ("[5]", "0: expected an object with type, name and props; found 5"),
        ('[{"type": "t", "name": "n",\n"props": 5}]', ":2: 0.props: expected an object as props"),
        ('[{"type": "t", "name": "n", "dependencies": "x"}]', "0.dependencies: expected a list"),
    ],
)
def test_a_file_that_is_none_of_them_is_refused_with_where_and_what_was_expected(files, text, said):
    with pytest.raises(InputError) as refused:
        read(files.write(text))

    assert said in str(refused.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.json: cannot be read: No such file"):
        read(tmp_path / "absent.json")


def test_a_file_of_another_encoding_is_read(files):
    found = read(files.write(json.dumps([{"type": "a:b:C", "name": "ü"}]).encode("utf-16")))

    assert found.resources[0].name == "ü"


KEYS = """
    steps newState op urn type inputs outputs deployment resources version checkpoint latest
    provider parent propertyDependencies name props dependencies changeSummary same ciphertext
    plaintext value delete external
    runtime config variables properties options default fn::toJSON
    ignoreChanges 4dabf18193072939515e22adb298388d
"""
keys = some.sampled_from(KEYS.split())
values = some.recursive(
    some.none()
    | some.booleans()
    | some.sampled_from([3, 0, -1, 1e400, 10**400, float("nan")])
    | some.sampled_from(["", "same", "delete", "a:b:C", "urn:x", "\ud800", "[secret]"])
    | some.just("1b47061264138c4ac30d75fd1eb44270"),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)
entries = some.fixed_dictionaries(
    {"urn": some.just("urn:x"), "type": some.just("a:b:C"), "name": some.just("x")},
    optional=dict.fromkeys(
        ("inputs", "props", "outputs", "provider", "parent", "propertyDependencies"), values
    ),
)
shapes = some.one_of(
    values,
    some.lists(entries | values, max_size=3),
    some.fixed_dictionaries(
        {"steps": some.lists(some.fixed_dictionaries({"newState": entries | values}), max_size=3)},
        optional={"changeSummary": values},
    ),
    some.fixed_dictionaries(
        {
            "version": some.just(3),
            "deployment": some.fixed_dictionaries({"resources": some.lists(entries, max_size=3)}),
        }
    ),
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(shapes)
def test_any_json_is_read_or_refused_by_the_one_error(files, shape):
    for name in ("seen.json", "seen.yaml"):
        with contextlib.suppress(InputError):
            read(files.write(json.dumps(shape), name))


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(some.binary(max_size=40))
def test_any_bytes_are_read_or_refused_by_the_one_error(files, raw):
    for name in ("seen.json", "seen.yaml"):
        with contextlib.suppress(InputError):
            read(files.write(raw, name))
