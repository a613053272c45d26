"""What a provider notes beside the inputs changes no verdict."""

from dataclasses import replace

from google.protobuf import struct_pb2

import policy.testing
from localcloud.provider import defaults
from localcloud.provider.table import table
from policy.engine.stack import Stack
from policy.engine.values import from_json, from_struct, to_wire


def with_defaults(value):
    """Return *value* with the entry that a provider adds to each object of inputs."""
    if isinstance(value, dict):
        return {"__defaults": [], **{key: with_defaults(one) for key, one in value.items()}}
    if isinstance(value, list):
        return [with_defaults(one) for one in value]
    return value


def sent(resource):
    """Return *resource* as the engine sends it with the provider's entries."""
    struct = struct_pb2.Struct()
    struct.update(with_defaults(to_wire(resource.props)))
    typ = resource.urn.split("::")[2].rpartition("$")[2]  # evaluation replaces a former type
    return replace(resource, type=typ, props=from_struct(struct), unknown=set(), _documents={})


def test_every_rule_says_the_same_where_the_provider_lists_its_defaults(replayed):
    for rule, seen, said, chosen in replayed:
        if isinstance(seen, Stack):
            again = replace(seen, resources=[sent(one) for one in seen.resources])
        else:
            again = sent(seen)

        found = policy.testing.violations(rule, again, **chosen)

        assert [one.message for one in found] == [one.message for one in said], rule.name


def filled_in(one):
    """Return the resource as the provider's Check completes it, blocks included."""
    row = table().rows.get(one.type)
    if row is None:
        return sent(one)
    inputs = to_wire(one.props)
    completed = defaults.with_blocks(row, {**inputs, **defaults.filled(row, inputs)})
    return replace(sent(one), props=from_json(completed))


def test_every_rule_says_the_same_where_the_provider_fills_in_its_defaults(replayed):
    said_otherwise = {}
    for rule, seen, said, chosen in replayed:
        if isinstance(seen, Stack):
            again = replace(seen, resources=[filled_in(one) for one in seen.resources])
        else:
            again = filled_in(seen)

        found = policy.testing.violations(rule, again, **chosen)

        if [one.message for one in found] != [one.message for one in said]:
            said_otherwise[rule.name] = again, found, said
    assert said_otherwise == {}


def test_a_file_is_read_without_the_entries():
    assert from_json(with_defaults({"a": [{"b": 1}], "c": {}})) == {"a": [{"b": 1.0}], "c": {}}
