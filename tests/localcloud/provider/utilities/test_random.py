"""The types of `random`."""

from __future__ import annotations

import base64
import re
import uuid

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localcloud.provider.utilities import strings
from localcloud.provider.values import UNKNOWN, Secret

PASSWORD = "random:index/randomPassword:RandomPassword"
STRING = "random:index/randomString:RandomString"
ID = "random:index/randomId:RandomId"
BYTES = "random:index/randomBytes:RandomBytes"
INTEGER = "random:index/randomInteger:RandomInteger"
PET = "random:index/randomPet:RandomPet"
SHUFFLE = "random:index/randomShuffle:RandomShuffle"
UUID, UUID4, UUID7 = (f"random:index/randomUuid{n}:RandomUuid{n}" for n in ("", "4", "7"))

counts = st.integers(min_value=0, max_value=6)


@settings(max_examples=200)
@given(
    least=st.fixed_dictionaries(dict.fromkeys(strings.CLASSES.values(), counts)),
    more=counts,
    classes=st.fixed_dictionaries(dict.fromkeys(strings.CLASSES, st.booleans())),
    special=st.sampled_from([None, "", "~", "/\\^é"]),
)
def test_a_string_has_its_length_its_classes_and_the_least_number_of_each(
    least, more, classes, special
):
    inputs = {**least, **classes, "length": sum(least.values()) + more, "overrideSpecial": special}
    inputs = strings.complete(inputs)
    if more and not any(classes.values()):
        assert [failure.property for failure in strings.check(inputs)] == ["length"]
        return
    assert list(strings.check(inputs)) == []

    text = strings.generate(inputs)

    assert len(text) == inputs["length"]
    allowed = strings.characters(inputs)
    for name, minimum in strings.CLASSES.items():
        found = sum(character in allowed[name] for character in text)
        assert found >= least[minimum]
        if not classes[name]:
            assert found == least[minimum]
    assert set(text) <= set("".join(allowed.values()))


def test_a_password_is_secret_and_a_string_is_not(engine):
    password_id, password = engine.create(PASSWORD, length=80)
    string_id, text = engine.create(STRING, length=16, special=False)

    result, hashed = password["result"], password["bcryptHash"]
    assert isinstance(result, Secret)
    assert isinstance(hashed, Secret)
    assert password_id == "none"
    assert bcrypt.checkpw(result.value.encode()[:72], hashed.value.encode())
    assert string_id == text["result"]
    assert re.fullmatch(r"[A-Za-z0-9]{16}", text["result"])
    assert engine.create(STRING, length=16)[0] != string_id


def test_check_writes_the_defaults(engine):
    assert engine.inputs(PASSWORD, length="16", number=False) == {
        "length": 16,
        "lower": True,
        "minLower": 0,
        "minNumeric": 0,
        "minSpecial": 0,
        "minUpper": 0,
        "number": False,
        "numeric": False,
        "special": True,
        "upper": True,
    }
    assert engine.inputs(PET) == {"length": 2, "separator": "-"}


@pytest.mark.parametrize(
    ("token", "inputs", "failures"),
    [
        (PASSWORD, {}, {"length": "is required: set it"}),
        (PASSWORD, {"length": 0}, {"length": "is 0: use 1 to 100000"}),
        (PASSWORD, {"length": 10**9}, {"length": "is 1000000000: use 1 to 100000"}),
        (PASSWORD, {"length": "long"}, {"length": 'is "long": write a whole number'}),
        (PASSWORD, {"length": 2.5}, {"length": "is 2.5: write a whole number"}),
        (PASSWORD, {"length": True}, {"length": "is True: write a whole number"}),
        (PASSWORD, {"length": 9, "size": 1}, {"size": f"is not an input of {PASSWORD}: remove it"}),
        (
            PASSWORD,
            {"length": 3, "minUpper": 2, "minLower": 2},
            {
                "length": "is 3: use at least 4, minUpper + minLower + minNumeric + minSpecial",
            },
        ),
        (
            STRING,
            {"length": 3, "upper": False, "lower": False, "numeric": False, "special": False},
            {
                "length": "leaves no character to choose: "
                "set one of upper, lower, numeric, special to True"
            },
        ),
        (
            STRING,
            {"length": 3, "number": True, "numeric": False},
            {"number": "is True and numeric is not: set numeric only"},
        ),
        (STRING, {"length": 3, "minUpper": -1}, {"minUpper": "is -1: use 0 to 100000"}),
        (
            STRING,
            {"length": 3, "upper": "yes"},
            {"upper": 'is "yes", not a boolean: write a boolean'},
        ),
        (ID, {"byteLength": 0}, {"byteLength": "is 0: use 1 to 100000"}),
        (ID, {"byteLength": 1, "keepers": "a"}, {"keepers": 'is "a": write a map of strings'}),
        (BYTES, {"length": -1}, {"length": "is -1: use 1 to 100000"}),
        (INTEGER, {"min": 2, "max": 1}, {"min": "is 2: use at most max, which is 1"}),
        (
            INTEGER,
            {"min": Secret(2), "max": 1},
            {"min": "has a secret value that is not valid: correct it"},
        ),
        (
            ID,
            {"byteLength": Secret("a" * 99)},
            {"byteLength": "has a secret value that is not valid: correct it"},
        ),
        (PET, {"length": 0}, {"length": "is 0: use 1 to 100000"}),
        (SHUFFLE, {"inputs": "a"}, {"inputs": 'is "a": write a list of strings'}),
        (SHUFFLE, {"inputs": [], "resultCount": -1}, {"resultCount": "is -1: use 0 to 100000"}),
        (UUID, {"seed": "a"}, {"seed": f"is not an input of {UUID}: remove it"}),
    ],
)
def test_wrong_inputs_are_refused_with_what_to_write(engine, token, inputs, failures):
    assert engine.check(token, **inputs)[1] == failures


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (PASSWORD, {"length": UNKNOWN, "minUpper": 4, "number": UNKNOWN, "numeric": True}),
        (PASSWORD, {"length": 2, "minUpper": UNKNOWN}),
        (INTEGER, {"min": UNKNOWN, "max": 1}),
        (ID, {"byteLength": 2, "keepers": UNKNOWN}),
        (ID, {"byteLength": 2, "keepers": {"ami": UNKNOWN}}),
        (SHUFFLE, {"inputs": UNKNOWN}),
        (SHUFFLE, {"inputs": ["a", UNKNOWN]}),
    ],
)
def test_a_preview_takes_unknown_inputs_and_returns_unknown_outputs(engine, token, inputs):
    id_, outputs = engine.create(token, preview=True, **inputs)

    assert id_ == ""
    for key in inputs:
        assert outputs[key] == inputs[key]
    computed = {"result", "bcryptHash", "hex", "results"} & outputs.keys()
    assert computed
    for key in computed:
        assert outputs[key] in (UNKNOWN, Secret(UNKNOWN))


def test_an_id_has_each_form_with_its_prefix(engine):
    made = engine.made(ID, byteLength=5, prefix="web-")

    value = base64.urlsafe_b64decode(made["id"] + "=")
    assert len(value) == 5
    assert made["b64Url"] == f"web-{made['id']}"
    assert made["b64Std"] == f"web-{base64.b64encode(value).decode()}"
    assert made["hex"] == f"web-{value.hex()}"
    assert made["dec"] == f"web-{int.from_bytes(value)}"


def test_bytes_are_secret(engine):
    id_, outputs = engine.create(BYTES, length=7)

    value = base64.b64decode(id_)
    assert len(value) == 7
    assert outputs["base64"] == Secret(id_)
    assert outputs["hex"] == Secret(value.hex())


@pytest.mark.parametrize(("token", "version"), [(UUID4, 4), (UUID7, 7)])
def test_a_uuid_has_its_version(engine, token, version):
    made = engine.made(token)

    assert made["id"] == made["result"]
    assert uuid.UUID(made["result"]).version == version
    assert uuid.UUID(made["result"]).variant == uuid.RFC_4122


def test_uuids_of_version_7_grow(engine):
    made = [engine.made(UUID7)["result"][:13] for _ in range(3)]

    assert made == sorted(made)
    assert uuid.UUID(engine.made(UUID)["result"])


@settings(max_examples=20)
@given(low=st.integers(-9, 9), size=st.integers(0, 9))
def test_an_integer_is_in_its_range(engine, low, size):
    made = engine.made(INTEGER, min=low, max=low + size)

    assert low <= made["result"] <= low + size
    assert made["id"] == str(made["result"])


@pytest.mark.parametrize(
    ("token", "inputs", "output"),
    [
        (INTEGER, {"min": 0, "max": 10**9}, "result"),
        (SHUFFLE, {"inputs": [str(number) for number in range(50)]}, "results"),
    ],
)
def test_a_seed_always_gives_the_same(engine, token, inputs, output):
    seeded = [engine.made(token, seed="a", **inputs)[output] for _ in range(2)]

    assert seeded[0] == seeded[1] != engine.made(token, seed="b", **inputs)[output]
    assert engine.made(token, **inputs)[output] != engine.made(token, **inputs)[output]


@pytest.mark.parametrize(
    ("inputs", "count", "expected"),
    [
        (["a", "b", "c"], None, ["a", "b", "c"]),
        (["a", "b"], 0, ["a", "b"]),
        (["a"], 3, ["a", "a", "a"]),
        (["a", "b"], 4, ["a", "a", "b", "b"]),
        ([], 4, []),
    ],
)
def test_a_shuffle_has_every_item_as_often_as_the_others(engine, inputs, count, expected):
    made = engine.made(SHUFFLE, inputs=inputs, resultCount=count)

    assert sorted(made["results"]) == expected
    assert made["id"] == "-"


@pytest.mark.parametrize(
    ("inputs", "pattern"),
    [
        ({}, r"[a-z]+-[a-z]+"),
        ({"length": 1}, r"[a-z]+"),
        ({"length": 4, "separator": ".", "prefix": "Web"}, r"Web(\.[a-z]+){4}"),
    ],
)
def test_a_pet_has_a_name_of_words(engine, inputs, pattern):
    assert re.fullmatch(pattern, engine.made(PET, **inputs)["id"])
