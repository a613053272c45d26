"""Changes, refreshes and imports of `random`."""

from __future__ import annotations

import pytest

from localcloud.provider.values import UNKNOWN, Secret

PASSWORD = "random:index/randomPassword:RandomPassword"
STRING = "random:index/randomString:RandomString"
ID = "random:index/randomId:RandomId"
BYTES = "random:index/randomBytes:RandomBytes"
INTEGER = "random:index/randomInteger:RandomInteger"
PET = "random:index/randomPet:RandomPet"
SHUFFLE = "random:index/randomShuffle:RandomShuffle"
UUID, UUID4, UUID7 = (f"random:index/randomUuid{n}:RandomUuid{n}" for n in ("", "4", "7"))


BASE = {PASSWORD: {"length": 9}, ID: {"byteLength": 2}, SHUFFLE: {"inputs": ["a", "b"]}}


@pytest.mark.parametrize(
    ("token", "olds", "news", "changed"),
    [
        (PASSWORD, {}, {}, []),
        (PASSWORD, {}, {"upper": True, "minUpper": 0}, []),
        (PASSWORD, {"overrideSpecial": ""}, {}, []),
        (PASSWORD, {}, {"overrideSpecial": "!"}, ["overrideSpecial"]),
        (PASSWORD, {}, {"length": 10}, ["length"]),
        (PASSWORD, {}, {"length": UNKNOWN}, ["length"]),
        (PASSWORD, {}, {"numeric": False}, ["number", "numeric"]),
        (ID, {"keepers": {"a": "1"}}, {"keepers": {"a": "1"}}, []),
        (ID, {"keepers": {"a": "1"}}, {"keepers": {"a": "2"}}, ["keepers"]),
        (ID, {"keepers": {"a": "1"}}, {"keepers": Secret({"a": "1"})}, []),
        (ID, {}, {"keepers": {}}, []),
        (ID, {}, {"keepers": {"a": UNKNOWN}}, ["keepers"]),
        (ID, {"prefix": "a"}, {}, ["prefix"]),
        (SHUFFLE, {}, {"inputs": ["b", "a"]}, ["inputs"]),
    ],
)
def test_every_change_of_an_input_replaces(engine, token, olds, news, changed):
    found = engine.diff(token, {**BASE[token], **olds}, {**BASE[token], **news})

    assert found == (changed, changed)


@pytest.mark.parametrize("token", [PASSWORD, ID, SHUFFLE])
def test_a_refresh_returns_the_state_as_it_is(engine, token):
    id_, outputs = engine.create(token, **BASE[token])

    assert engine.read(token, id_, outputs)[:2] == (id_, outputs)


@pytest.mark.parametrize(
    ("token", "text", "id_", "outputs"),
    [
        (PASSWORD, "hunter2!", "none", {"result": Secret("hunter2!"), "length": 8}),
        (STRING, "abc", "abc", {"result": "abc", "length": 3, "upper": True}),
        (ID, "p-9hUg", "p-9hUg", {"byteLength": 4, "hex": "a7ef6152", "b64Url": "p-9hUg"}),
        (ID, "a,b,p-9hUg", "p-9hUg", {"prefix": "a,b", "hex": "a,ba7ef6152"}),
        (BYTES, "8/fu3g==", "8/fu3g==", {"length": 4, "hex": Secret("f3f7eede")}),
        (UUID, "AABBCCDD-eeff-0011-2233-445566778899", "aabbccdd-eeff-0011-2233-445566778899", {}),
        (INTEGER, "15390,1,50000", "15390", {"result": 15390, "min": 1, "max": 50000}),
        (INTEGER, "1,1,2,s", "1", {"seed": "s"}),
    ],
)
def test_an_import_makes_the_state_of_the_id(engine, token, text, id_, outputs):
    found_id, found, inputs = engine.read(token, text)

    assert found_id == id_
    assert {key: found[key] for key in outputs} == outputs
    assert engine.check(token, **inputs)[1] == {}
    assert engine.diff(token, inputs, inputs) == ([], [])


@pytest.mark.parametrize(
    ("token", "text", "sentence"),
    [
        (ID, "a*b", "write <b64_url> or <prefix>,<b64_url>"),
        (BYTES, "a*b", "write the base64 output as the ID"),
        (UUID, "abc", '"abc" is not a UUID'),
        (INTEGER, "1", "write <result>,<min>,<max>[,<seed>]"),
        (INTEGER, "1,2,3,4,5", "write <result>,<min>,<max>[,<seed>]"),
        (PET, "big-dog", "cannot be imported"),
        (SHUFFLE, "-", "cannot be imported"),
    ],
)
def test_an_import_that_is_not_possible_is_refused(engine, token, text, sentence):
    with engine.rejected(sentence):
        engine.read(token, text)
