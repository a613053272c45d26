"""What the code of a service counts is what its description declares."""

from pathlib import Path

import pytest
import yaml
from kit.testing.counted import OUTBOX_AGE, counted

FOLDER = Path(__file__).parents[1]
SERVICES = sorted(file.parent for file in FOLDER.glob("*/service.yaml"))


@pytest.mark.parametrize("service", SERVICES, ids=lambda folder: folder.name)
def test_each_metric_is_declared_and_counted(service):
    description = yaml.safe_load((service / "service.yaml").read_text())
    declared = set(description.get("metrics", {}))

    found = counted(service)

    assert declared <= found, "remove them from metrics, or count them"
    assert found - {OUTBOX_AGE} <= declared, "add them to metrics"
