"""Fixtures of the tests of rotations."""

import pytest

from tests.components.data.rotation.fakes import Database, Secrets


@pytest.fixture
def secrets():
    return Secrets()


@pytest.fixture
def database():
    return Database()
