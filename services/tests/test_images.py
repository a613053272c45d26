"""Requirements on the images of container services."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILES = [
    *sorted(ROOT.glob("services/*/Dockerfile")),
    *sorted(ROOT.glob("examples/services/*/Dockerfile")),
]


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=str)
def test_any_user_may_write_temporary_files(dockerfile):
    lines = dockerfile.read_text().splitlines()

    assert lines.index("RUN chmod 1777 /tmp") < lines.index("VOLUME /tmp")
