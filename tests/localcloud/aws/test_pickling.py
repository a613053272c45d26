"""What earlier versions saved can be read by this one."""

import importlib
import io
import pickle
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from moto.core.base_backend import BaseBackend
from moto.sns.models import SNSBackend, sns_backends

from localcloud.account import ACCOUNT, REGION
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


class Earlier(pickle.Pickler):
    """Names backends by persistent ids, as earlier versions did."""

    def persistent_id(self, obj):
        if isinstance(obj, BaseBackend):
            return "backend", type(obj).__module__, type(obj).__name__, ACCOUNT, REGION
        if obj is sns_backends[ACCOUNT]:
            return "account", SNSBackend.__module__, SNSBackend.__name__, ACCOUNT
        if obj is sns_backends:
            return "backends", SNSBackend.__module__, SNSBackend.__name__
        return None


def pickled_earlier(value):
    raw = io.BytesIO()
    Earlier(raw, protocol=5).dump(value)
    return raw.getvalue()


@pytest.mark.parametrize("dumps", [pickling.dumps, pickled_earlier])
def test_backends_are_stored_by_name(dumps):
    saved = {
        "one": sns_backends[ACCOUNT][REGION],
        "account": sns_backends[ACCOUNT],
        "all": sns_backends,
    }

    restored = pickling.loads(dumps(saved))

    assert all(restored[key] is value for key, value in saved.items())


def test_locks_keys_and_local_functions_are_stored():
    key = ec.generate_private_key(ec.SECP256R1())
    saved = {"key": key, "lock": threading.RLock(), "wait": threading.Condition(), "f": lambda: 7}

    restored = pickling.loads(pickling.dumps(saved))

    assert restored["key"].private_numbers() == key.private_numbers()
    assert isinstance(restored["lock"], type(threading.RLock()))
    assert isinstance(restored["wait"], threading.Condition)
    assert restored["f"]() == saved["f"]()


def test_what_is_saved_now_names_the_present_modules():
    raw = pickling.dumps(data.install)

    assert data.__name__.encode() in raw
    assert pickle.loads(raw) is data.install
