"""The tables against the SDKs that programs use."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from localcloud.provider import sdk_source
from localcloud.provider.utilities import names, table
from localcloud.provider.utilities.names import package_of

SECRET_OUTPUTS = re.compile(r"additional_secret_outputs=\[([^]]*)\]")


def package(name):
    return Path(importlib.util.find_spec(f"pulumi_{name}").origin).parent


def sources():
    """Yield the token and the source file of everything that the SDKs declare."""
    for name in names.SERVED:
        for path in sorted(package(name).glob("*.py")):
            text = path.read_text()
            for token in re.findall(rf"'({name}:index/\w+:\w+)'", text):
                classes = {match[1]: match.end() for match in sdk_source.CLASS.finditer(text)}
                yield token, sdk_source.Source(text, classes)


SOURCES = dict(sources())


def hints(source, class_):
    found = sdk_source.GETTER.finditer(source.class_(class_))
    return {getter["key"] or getter["name"]: getter["hint"] for getter in found}


def kind(hint, name):
    """Return the kind of a type hint, as the tables write it."""
    hint = hint.replace("_builtins.", "").replace("pulumi.", "")
    if inner := re.fullmatch(r"(?:Input|Output|Optional)\[(.*)\]", hint):
        return kind(inner[1], name)
    if inner := re.fullmatch(r"Sequence\[(.*)\]", hint):
        return ["list", kind(inner[1], name)]
    if inner := re.fullmatch(r"Mapping\[str, (.*)\]", hint):
        return ["map", kind(inner[1], name)]
    if hint in sdk_source.SCALARS:
        return sdk_source.SCALARS[hint]
    module, class_ = (
        ("outputs", hint[1:-1].split(".")[1]) if "." in hint else ("_inputs", hint[1:-1])
    )
    text = (package(name) / f"{module}.py").read_text()
    classes = {match[1]: match.end() for match in sdk_source.CLASS.finditer(text)}
    found = hints(sdk_source.Source(text, classes), class_)
    return {key: kind(item, name) for key, item in found.items()}


def kinds(source, class_, token):
    found = hints(source, class_)
    return {key: kind(hint, package_of(token)) for key, hint in found.items()}


def test_every_type_and_function_is_served():
    assert {*table.TYPES, *table.FUNCTIONS} == set(SOURCES)


@pytest.mark.parametrize("token", sorted(table.TYPES))
def test_a_type_has_the_inputs_and_outputs_that_the_sdk_declares(token):
    type_, source, class_ = table.TYPES[token], SOURCES[token], token.rsplit(":", 1)[-1]

    declared = {key: item.kind for key, item in type_.inputs.items()}
    required = {key for key, item in type_.inputs.items() if item.required}

    assert declared == kinds(source, f"{class_}Args", token)
    assert {**declared, **type_.computed} == kinds(source, class_, token)
    assert required == set(sdk_source._required(source.class_(f"{class_}Args")))


@pytest.mark.parametrize("token", sorted(table.TYPES))
def test_a_type_has_the_secret_outputs_that_the_sdk_declares(token):
    type_ = table.TYPES[token]
    secret = type_.secret | {key for key, item in type_.inputs.items() if item.secret}

    found = SECRET_OUTPUTS.search(SOURCES[token].text)

    assert secret == set(re.findall(r'"(\w+)"', found[1] if found else ""))


@pytest.mark.parametrize("token", sorted(table.FUNCTIONS))
def test_a_function_has_the_result_that_the_sdk_declares(token):
    function, name = table.FUNCTIONS[token], token.rsplit(":", 1)[-1]

    declared = kinds(SOURCES[token], f"{name[0].upper()}{name[1:]}Result", token)

    arguments = {key: item.kind for key, item in function.inputs.items()}
    assert {**arguments, **function.result} == declared
    assert set(re.findall(r"__args__\['(\w+)'\]", SOURCES[token].text)) == set(arguments)
