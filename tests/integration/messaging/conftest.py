"""One local cloud with a publisher and consumers, for all tests of this folder."""

from pathlib import Path

import pytest

from localcloud.layout import Layout
from tests.integration.messaging.channels import Channels

SERVICES = Path(__file__).parent / "services"


@pytest.fixture(scope="session")
def channels(tmp_path_factory):
    made = Channels(Layout(tmp_path_factory.mktemp("messaging") / "home"), SERVICES)
    try:
        made.bulkhead("up", "--services", str(SERVICES))
        yield made
    finally:
        made.bulkhead("destroy", "--force")
