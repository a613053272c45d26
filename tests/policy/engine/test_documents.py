"""A JSON document may be text or an object, as in a Pulumi YAML program with unknown parts."""

import json
from dataclasses import replace

from policy.engine.stack import Stack
from policy.engine.values import is_array, is_object
from policy.testing import violations


def as_object(value):
    """Return *value* with each JSON document in it as an object."""
    if isinstance(value, str) and value[:1] in {"{", "["} and value not in {"{}", "[]"}:
        try:
            return as_object(json.loads(value, parse_int=float))
        except ValueError:
            return value
    if is_object(value):
        return {key: as_object(one) for key, one in value.items()}
    return [as_object(one) for one in value] if is_array(value) else value


def test_every_rule_says_the_same_of_a_document_as_text_and_as_an_object(replayed):
    differences, shown = [], 0
    for rule, seen, said, chosen in replayed:
        before = seen.resources if isinstance(seen, Stack) else [seen]
        after = [
            replace(one, props=as_object(one.props), unknown=set(), _documents={}) for one in before
        ]
        if [one.props for one in before] == [one.props for one in after]:
            continue
        shown += 1
        changed = replace(seen, resources=after) if isinstance(seen, Stack) else after[0]
        if bool(violations(rule, changed, **chosen)) != bool(said):
            differences.append((rule.name, said, [one.props for one in after]))

    assert differences == []
    assert shown > 500
