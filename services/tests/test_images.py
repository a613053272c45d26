"""Requirements on the images of container services."""

from pathlib import Path

import pytest

SERVICES = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("dockerfile", sorted(SERVICES.glob("*/Dockerfile")), ids=str)
def test_any_user_may_write_temporary_files(dockerfile):
    lines = dockerfile.read_text().splitlines()

    assert lines.index("RUN chmod 1777 /tmp") < lines.index("VOLUME /tmp")
