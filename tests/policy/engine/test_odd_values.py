"""No rule raises, whatever is at the paths that it asks for.

Each rule is first watched: which keys does it look up, and where? Then trees grow over these keys,
with the words from the rule's own module, odd values and unknown ones as leaves; what it asks for
in them makes the next trees deeper. After these, the resources of the rule's own tests are bent:
here and there a value is gone, unknown, or something else.
"""

import json
import random
import sys
import zlib
from dataclasses import replace
from types import CodeType, FunctionType

import pytest

from policy.engine.evaluate import Evaluator
from policy.engine.resource import Options, Resource, parse_json
from policy.engine.rule import ANY_TYPE
from policy.engine.settings import Settings
from policy.engine.stack import Stack
from policy.rules import all_rules
from policy.testing import unknown, urn

ROUNDS = 20
DEEPEST = 7
USUAL = [unknown, "*", True, 22.0, "0.0.0.0/0", ["0.0.0.0/0"], "Allow", ["*"], "tcp", {"AWS": "*"}]
ODD = [
    *(None, True, False, "true", "false", "", " ", "*", "-", "\x00", "{", "[]", '"', "null", "{}"),
    *(0.0, -1.0, 0.5, 22.0, 65536.0, 1e308, float("inf"), float("nan"), "5", "1e999", "x" * 300),
    *("0.0.0.0/0", "::/0", "10.0.0.0/8", "300.1.1.1/99", "arn:aws:iam::1:root", "arn:", "::::"),
    *([], {}, [[]], [None], [{}], {"": {}}, unknown, unknown, [unknown], {"x": unknown}),
    *("2020-01-01", "9999-99-99", "rate(0 days)", "cron(", "https://", "sha256:", "$.a[*"),
]


class Asked(dict):
    """An object that notes which keys a rule asks it for."""

    def __init__(self, entries, path, seen):
        super().__init__(entries)
        self.path, self.seen = path, seen

    def get(self, key, default=None):
        self._note(key)
        return super().get(key, default)

    def __getitem__(self, key):
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key):
        self._note(key)
        return super().__contains__(key)

    def _note(self, key):
        if isinstance(key, str):
            self.seen.setdefault(self.path, {})[key] = None


class Grower:
    """Grows trees over the keys that were asked for."""

    def __init__(self, rule):
        self.chance = random.Random(zlib.crc32(rule.name.encode()))
        self.seen = {(): dict.fromkeys(["tags", "tagsAll", "name", "arn"])}
        self.leaves = [ODD, USUAL, words(rule) or USUAL]

    def tree(self, path=()):
        keys = [*self.seen.get(path, ()), self.chance.choice(["x", "y z"])]
        kept = [key for key in keys if self.chance.random() < 0.8]
        return Asked({key: self.value((*path, key)) for key in kept}, path, self.seen)

    def value(self, path):
        chance = self.chance.random()
        if len(path) >= DEEPEST or (chance < 0.25 and path in self.seen):
            return self.leaf()
        if chance < 0.65:
            found = self.tree(path)
            return found if path in self.seen or self.chance.random() < 0.3 else self.leaf()
        if chance < 0.85:
            inner = self.tree if path in self.seen else lambda _: self.leaf()
            return [inner(path) for _ in range(self.chance.randrange(4))]
        if chance < 0.95 and path in self.seen:
            found = self.tree(path)
            return json.dumps(self.chance.choice([found, [found]]), default=str)
        return self.leaf()

    def leaf(self):
        return self.chance.choice(self.chance.choice(self.leaves))

    def resource(self, typ, name):
        parent = self.chance.choice(["", urn("shop:index:Orders", "orders")])
        provider = self.tree() if self.chance.random() < 0.25 else {}  # few rules look at it
        return Resource(typ, name, urn(typ, name), self.tree(), provider, Options(parent=parent))

    def bent(self, value):
        """Return *value* with one in eight of the values in it replaced."""
        if self.chance.random() < 0.12:
            return self.chance.choice([self.leaf(), [value], {"x": value}, [], {}, unknown, None])
        if isinstance(value, dict):
            return {key: self.bent(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.bent(one) for one in value]
        if isinstance(value, str) and (document := parse_json(value)) is not None:
            return json.dumps(self.bent(document), default=str)
        return value

    def bent_resource(self, one):
        props = {key: self.bent(value) for key, value in one.props.items()}
        return replace(one, props=props, unknown=set(), _documents={})

    def stack(self, types):
        names = ["orders", "catalog", "shop", "orders-x", "a", "b"]
        count = self.chance.randrange(1, 6)
        made = [self.resource(self.chance.choice(types), name) for name in names[:count]]
        joined = {
            one.urn: {
                key: [self.chance.choice(made).urn, "urn:gone"]
                for key in self.seen[()]
                if self.chance.random() < 0.4
            }
            for one in made
        }
        return Stack(made, joined, {one.urn: [self.chance.choice(made).urn] for one in made})


@pytest.fixture(scope="module")
def shown(replayed):
    """Give what the tests of each rule show to it."""
    found = {}
    for rule, seen, *_ in replayed:
        found.setdefault(rule.name, []).append(seen)
    return found


def words(rule):
    """Return the texts in the module of *rule*: what it compares values with."""
    module = sys.modules[(rule.check or rule.stack_check).__module__]
    found = {}
    for value in vars(module).values():
        if isinstance(value, str):
            found[value] = None
        elif isinstance(value, FunctionType) and value.__module__ == module.__name__:
            found |= dict.fromkeys(texts(value.__code__))
    found |= dict.fromkeys(texts((rule.check or rule.stack_check).__code__))
    return [word for word in found if len(word) < 80]


def texts(code):
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, CodeType):
            yield from texts(constant)
        elif isinstance(constant, (tuple, frozenset)):
            yield from sorted(one for one in constant if isinstance(one, str))


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_no_rule_raises_whatever_is_at_the_paths_it_asks_for(rule, shown):
    evaluator = Evaluator([rule], Settings(opted_in=(rule.name,), report_unknown=True))
    types = ["aws:sqs/queue:Queue" if one == ANY_TYPE else one for one in rule.types]
    grower = Grower(rule)

    for _ in range(ROUNDS):
        if rule.check:
            keeps_going(evaluator, grower.resource(grower.chance.choice(types), "odd"))
        else:
            keeps_going(evaluator, grower.stack(types))
    own = shown.get(rule.name, [])
    for one in grower.chance.choices(own, k=ROUNDS if own else 0):
        if isinstance(one, Stack):
            bent = [grower.bent_resource(each) for each in one.resources]
            keeps_going(evaluator, replace(one, resources=bent))
        else:
            keeps_going(evaluator, grower.bent_resource(one))


def keeps_going(evaluator, seen):
    """Run the rules on *seen* and show it if one of them raises."""
    stack = seen if isinstance(seen, Stack) else Stack([seen])
    found = evaluator.stack_rules(seen) if seen is stack else evaluator.resource(seen)
    said = [one.message for one in found if "could not be evaluated" in one.message]
    assert said == [], [(one.type, one.props) for one in stack.resources]


def test_the_trees_reach_what_a_rule_asks_for_deep_inside():
    [rule] = [one for one in all_rules() if one.name == "security-group-no-open-ssh"]
    evaluator, grower = Evaluator([rule]), Grower(rule)

    for _ in range(ROUNDS):
        list(evaluator.resource(grower.resource(rule.types[0], "odd")))

    assert {"cidrBlocks", "ipv6CidrBlocks"}.issubset(grower.seen["ingress",])


def test_bent_resources_still_break_rules_deep_inside(shown):
    [rule] = [one for one in all_rules() if one.name == "security-group-no-open-ssh"]
    evaluator, grower = Evaluator([rule]), Grower(rule)

    found = [
        violation
        for one in shown[rule.name]
        for _ in range(5)
        for violation in evaluator.resource(grower.bent_resource(one))
    ]

    assert found
