"""What earlier versions saved can be read by this one."""

import importlib
import pickle

import pytest

from localcloud.aws import pickling
from localcloud.aws.sns import data


@pytest.mark.parametrize(("earlier", "present"), pickling.MOVED.items())
def test_what_a_moved_module_defines_is_found_under_its_earlier_name(earlier, present):
    module = importlib.import_module(present)
    defined = next(
        name for name, value in vars(module).items() if getattr(value, "__module__", "") == present
    )

    found = pickling.loads(f"c{earlier}\n{defined}\n.".encode())

    assert found is getattr(module, defined)


def test_what_is_saved_now_names_the_present_modules():
    raw = pickling.dumps(data.install)

    assert data.__name__.encode() in raw
    assert pickle.loads(raw) is data.install
