"""A change that needs no other version harms neither consumers nor what was published before."""

import importlib
import json

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft7Validator

from spec.events.compatibility import changes, without_other_fields

NAMES = st.sampled_from("abc")
KEPT = st.just({"description": "x"})
LEAVES = st.one_of(
    st.sampled_from(
        [
            {"type": "integer"},
            {"type": "integer", "minimum": 0},
            {"type": "string"},
            {"type": "string", "maxLength": 1},
            {"type": ["string", "null"]},
            {"enum": ["x", 1]},
            {"enum": ["x", 1, None]},
            {"const": "x"},
            {},
            True,
        ]
    )
)


@st.composite
def objects(draw, of):
    properties = draw(st.dictionaries(NAMES, of, max_size=3))
    schema = {"type": "object", "properties": properties}
    schema["required"] = draw(st.lists(NAMES, unique=True, max_size=2))
    extra = draw(
        st.sampled_from(
            [
                {},
                {},
                {},
                {"additionalProperties": {"type": "string"}},
                {"additionalProperties": True},
                {"patternProperties": {"^a": {"type": "integer"}}},
                {"not": {"required": ["b"]}},
                {"maxProperties": 1},
                {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
                {"allOf": [{"properties": {"c": {"type": "integer"}}}]},
                {"anyOf": [{"required": ["a"]}, {"required": ["c"]}]},
                {"oneOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}, {}]},
            ]
        )
    )
    return schema | extra


SCHEMAS = objects(
    st.recursive(
        LEAVES,
        lambda of: st.one_of(objects(of), of.map(lambda one: {"type": "array", "items": one})),
        max_leaves=4,
    )
)
VALUES = st.recursive(
    st.sampled_from(["x", "long", 1, -1, 0, None, True]),
    lambda of: st.one_of(st.lists(of, max_size=2), st.dictionaries(NAMES, of, max_size=3)),
    max_leaves=5,
)
DATA = st.dictionaries(NAMES, VALUES, max_size=3)


@st.composite
def changed(draw, schema):
    """Return *schema* with small changes, of which many are allowed."""
    new = json.loads(json.dumps(schema))
    place = new
    while draw(st.booleans()):
        below = [one for one in place.get("properties", {}).values() if isinstance(one, dict)]
        below += [place["items"]] if isinstance(place.get("items"), dict) else []
        if not below:
            break
        place = draw(st.sampled_from(below))
    what = draw(st.sampled_from(["add", "remove", "require", "description", "replace", "release"]))
    if what == "add":
        place.setdefault("properties", {})[draw(NAMES)] = draw(LEAVES)
    if what == "remove" and place.get("properties"):
        del place["properties"][draw(st.sampled_from(sorted(place["properties"])))]
    if what == "require":
        place["required"] = sorted({*place.get("required", []), draw(NAMES)})
    if what == "release":
        place["required"] = place.get("required", [])[1:]
    if what == "description":
        place["description"] = "text"
    if what == "replace":
        keys = [key for key in place if key not in {"properties", "required"}]
        if keys:
            del place[draw(st.sampled_from(sorted(keys)))]
    return new


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_an_allowed_change_is_sound_for_consumers_and_for_what_was_published(data):
    old = data.draw(SCHEMAS)
    new = data.draw(changed(old))
    assume(not changes(old, new))
    event("changed" if new != old else "same")
    sent, sends = (Draft7Validator(without_other_fields(one)) for one in (old, new))

    for value in data.draw(st.lists(DATA, min_size=3, max_size=10)):
        if sent.is_valid(value):
            assert Draft7Validator(new).is_valid(value)
        if sends.is_valid(value):
            assert Draft7Validator(old).is_valid(value)


def test_allowed_changes_are_found_allowed():
    old = {"type": "object", "properties": {"a": {"type": "object", "properties": {}}}}
    new = json.loads(json.dumps(old))
    new["properties"]["b"] = {"type": "integer"}
    new["properties"]["a"]["properties"]["c"] = {"type": "string", "format": "date"}
    new["title"] = "text"

    assert changes(old, new) == []
    assert changes(new, old) != []


@given(SCHEMAS)
@settings(max_examples=30, deadline=None)
def test_the_kit_publishes_what_the_check_takes_for_published(schema):
    kit = importlib.import_module("kit.schemas")

    assert kit.without_other_fields(schema) == without_other_fields(schema)
