"""One shop for all tests of this folder, brought up from nothing and destroyed at the end."""

import pytest
from shop import Shop, bulkhead

from localcloud.layout import Layout


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    layout = Layout(tmp_path_factory.mktemp("home"))
    try:
        bulkhead(layout, "up")
        made = Shop(layout)
        assert made.put_item("lamp").status_code == 200
        yield made
    finally:
        bulkhead(layout, "destroy", check=False)
        bulkhead(layout, "down", check=False)
