"""Pickles moto's backends with the C pickler and a few reductions.

References to other backends are stored by name, local functions with dill. Only files that this
program wrote on this machine are unpickled.
"""

from __future__ import annotations

import importlib
import io
import pickle
import sys
import threading
import types
import weakref
from functools import cache
from typing import TYPE_CHECKING, Any

import dill
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509 import Certificate, load_pem_x509_certificate
from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend

if TYPE_CHECKING:
    from collections.abc import Callable

REDUCTIONS: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    weakref.WeakValueDictionary: lambda found: (weakref.WeakValueDictionary, (dict(found),)),
}
"""Reductions by class, for these pickles only: moto copies objects with pickle too."""


MOVED: dict[str, str] = {
    "localcloud.aws.dynamodb_items": "localcloud.aws.dynamodb.data",
    "localcloud.aws.ec2_tables": "localcloud.aws.ec2.tables",
    "localcloud.aws.ecs_services": "localcloud.aws.ecs.overrides.services",
    "localcloud.aws.ecs_tasks": "localcloud.aws.ecs.overrides.tasks",
    "localcloud.aws.elbv2_jwt": "localcloud.aws.elbv2.overrides.jwt",
    "localcloud.aws.elbv2_targets": "localcloud.aws.elbv2.overrides.targets",
    "localcloud.aws.http_api_address": "localcloud.aws.apigatewayv2.overrides.addresses",
    "localcloud.aws.iam_policies": "localcloud.aws.iam.overrides.managed_policies",
    "localcloud.aws.lambda_code": "localcloud.aws.lambda_.overrides.code",
    "localcloud.aws.lambda_invoke": "localcloud.aws.lambda_.overrides.invoke",
    "localcloud.aws.lambda_settings": "localcloud.aws.lambda_.overrides.settings",
    "localcloud.aws.lambda_sources": "localcloud.aws.lambda_.overrides.event_sources",
    "localcloud.aws.log_events": "localcloud.aws.logs.data",
    "localcloud.aws.rds_databases": "localcloud.aws.rds.overrides.databases",
    "localcloud.aws.rds_passwords": "localcloud.aws.rds.overrides.passwords",
    "localcloud.aws.s3_objects": "localcloud.aws.s3.data",
    "localcloud.aws.s3_policy": "localcloud.aws.s3.overrides",
    "localcloud.aws.secret_rotation": "localcloud.aws.secretsmanager.overrides.rotation",
    "localcloud.aws.sns_delivery": "localcloud.aws.sns.data",
    "localcloud.aws.sqs_messages": "localcloud.aws.sqs.data.messages",
    "localcloud.aws.sqs_queues": "localcloud.aws.sqs.data.queues",
}
"""Module names in pickles of earlier versions, and the present modules."""


def _new(kind: type) -> Any:
    return object.__new__(kind)


def without(*names: str) -> Callable[[Any], tuple[Any, ...]]:
    """Return a reduction without the attributes *names*, which are restored separately."""

    def reduce(found: Any) -> tuple[Any, ...]:
        state = {k: v for k, v in found.__dict__.items() if k not in names}
        return _new, (type(found),), state

    return reduce


def dumps(value: Any) -> bytes:
    """Pickle *value*."""
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=5).dump(value)
    return buffer.getvalue()


def loads(raw: bytes) -> Any:
    """Unpickle the result of `dumps`."""
    _import_moved()
    return _Unpickler(io.BytesIO(raw)).load()


def backend_of(module: str, name: str, account: str, region: str) -> BaseBackend:
    """Return the backend of class *name*; it is created if needed."""
    return _dictionary(module, name)[account][region]


def _dictionary(module: str, name: str) -> BackendDict[Any]:
    __import__(module)
    for found in vars(sys.modules[module]).values():
        if isinstance(found, BackendDict) and found.backend.__name__ == name:
            return found
    raise LookupError(f"{module} has no backends of class {name}")


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        if isinstance(obj, BaseBackend):
            kind = type(obj)
            return "backend", kind.__module__, kind.__name__, obj.account_id, obj.region_name
        if isinstance(obj, AccountSpecificBackend):
            kind = obj.backend
            return "account", kind.__module__, kind.__name__, obj.account_id
        if isinstance(obj, BackendDict):
            return "backends", obj.backend.__module__, obj.backend.__name__
        return None

    def reducer_override(self, obj: Any) -> Any:
        reduction = REDUCTIONS.get(type(obj))
        if reduction is not None:
            return reduction(obj)
        if isinstance(obj, (types.FunctionType, type)):
            local = "<" in obj.__qualname__ or getattr(obj, "__module__", None) == "__main__"
            return (dill.loads, (dill.dumps(obj),)) if local else NotImplemented
        if isinstance(obj, Certificate):
            return _certificate, (obj.public_bytes(serialization.Encoding.PEM),)
        if isinstance(obj, _PRIVATE_KEYS):
            return _private_key, (_pem(obj),)
        if isinstance(obj, _LOCKS):
            return type(obj) if type(obj) is threading.Condition else _new_lock, ()
        return NotImplemented


@cache
def _import_moved() -> None:
    """Register moved modules under their earlier names, for pickle and dill."""
    for earlier, present in MOVED.items():
        sys.modules.setdefault(earlier, importlib.import_module(present))


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> Any:
        kind, module, name, *where = pid
        if kind == "backend":
            return backend_of(module, name, *where)
        found = _dictionary(module, name)
        return found[where[0]] if kind == "account" else found


_PRIVATE_KEYS = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)
_LOCKS = (type(threading.Lock()), type(threading.RLock()), threading.Condition)


def _new_lock() -> Any:
    return threading.RLock()


def _certificate(pem: bytes) -> Any:
    return load_pem_x509_certificate(pem)


def _private_key(pem: bytes) -> Any:
    return serialization.load_pem_private_key(pem, password=None)


def _pem(key: Any) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
