"""Which requests the entrances of the local cloud answer."""

import pytest

from localcloud.entrances import refusal


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:4566", "localhost", "localhost:80", "cognito-idp.eu-west-1.amazonaws.com"],
)
def test_a_program_on_this_machine_is_answered(host):
    assert refusal(host, None, None) is None


@pytest.mark.parametrize(
    "host",
    [None, "", "rebound.example", "127.0.0.1.rebound.example", "amazonaws.com.rebound.example",
     "127.0.0.1:4566:80", "rebound.example:4566", "evilamazonaws.com"],
)  # fmt: skip
def test_a_name_that_is_made_to_mean_this_machine_is_refused(host):
    assert "is not this machine" in refusal(host, None, None)


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [
        ("http://127.0.0.1:8080", "same-site"),
        ("http://localhost:3000", "cross-site"),
        (None, "same-origin"),
        (None, "none"),
    ],
)
def test_a_page_from_this_machine_is_answered(origin, fetch_site):
    assert refusal("127.0.0.1:4566", origin, fetch_site) is None


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [
        ("https://somewhere.example", None),
        ("http://127.0.0.1.somewhere.example", "cross-site"),
        ("null", "cross-site"),
        (None, "cross-site"),
    ],
)
def test_a_page_from_elsewhere_is_refused(origin, fetch_site):
    assert "may not use the local cloud" in refusal("127.0.0.1:4566", origin, fetch_site)
