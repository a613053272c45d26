"""A state names the features that an engine has to know to read it."""

import hashlib

import pytest

from localcloud.backend.document import document, manifest


def test_a_plain_state_has_version_3():
    deployment = {"resources": [{"urn": "a", "refreshBeforeUpdate": False}]}

    assert document(deployment, byte_strings=False) == {"version": 3, "deployment": deployment}


@pytest.mark.parametrize(
    ("deployment", "features"),
    [
        ({"resources": [{"refreshBeforeUpdate": True}]}, ["refreshBeforeUpdate"]),
        ({"resources": [{"resourceHooks": {"b": ["c"]}}, {"viewOf": "u"}]}, ["hooks", "views"]),
        ({"pending_operations": [{"resource": {"taint": True}}]}, ["taint"]),
        ({"resources": [{"replaceWith": ["u"], "extensionRef": "x"}]},
         ["extensionParameterization", "replaceWith"]),
        ({"snippets": [{}]}, ["snippets-prototype"]),
    ],
)  # fmt: skip
def test_a_state_with_features_has_version_4(deployment, features):
    found = document(deployment, byte_strings=False)

    assert (found["version"], found["features"]) == (4, features)


def test_strings_that_are_not_utf_8_are_a_feature():
    assert document({}, byte_strings=True)["features"] == ["byteString"]


def test_the_manifest_has_the_checksum_of_the_engines_version():
    found = manifest("v3.259.0")

    assert found["magic"] == hashlib.sha256(b"v3.259.0").hexdigest()
    assert manifest("")["magic"] == ""
