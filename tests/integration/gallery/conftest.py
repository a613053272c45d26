"""One local cloud with the services of the examples, for all tests of this folder."""

import pytest

from localcloud.layout import Layout
from tests.integration.gallery.cloud import UP, Gallery


@pytest.fixture(scope="session")
def gallery(tmp_path_factory):
    made = Gallery(Layout(tmp_path_factory.mktemp("gallery") / "home"))
    try:
        printed = made.bulkhead(*UP)
        assert "secret seal-key of contracts has no value: bulkhead secret set contracts" in printed
        made.bulkhead("secret", "set", "contracts", "seal-key", typed="wax")
        yield made
    finally:
        made.bulkhead("destroy", "--force")
