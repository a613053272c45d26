"""A telemetry process in this one, without a control plane."""

from __future__ import annotations

import pytest

from localcloud.layout import Layout


@pytest.fixture
def layout(tmp_path) -> Layout:
    return Layout(tmp_path / "home")
