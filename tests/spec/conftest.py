"""Small descriptions of services in a folder of their own."""

import pytest
import yaml


@pytest.fixture
def write(tmp_path):
    """Write service.yaml files and return their folder."""

    def all_of(*specs):
        for spec in specs:
            folder = tmp_path / spec["name"]
            folder.mkdir(exist_ok=True)
            (folder / "service.yaml").write_text(yaml.safe_dump(spec, sort_keys=False))
        (tmp_path / "roles.yaml").write_text("customer: Buys.\n")
        return tmp_path

    return all_of
