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


def backends_of(module: str, name: str, account: str) -> Any:
    """Return the backends of class *name* in *account*."""
    return _dictionary(module, name)[account]


class _Pickler(pickle.Pickler):
    """Has no `persistent_id`: it would be called for each string and each number."""

    def reducer_override(self, obj: Any) -> Any:
        kind = type(obj)
        reduction = REDUCTIONS.get(kind) or _reduction(kind)
        return NotImplemented if reduction is None else reduction(obj)


@cache
def _reduction(kind: type) -> Callable[[Any], Any] | None:
    """Return how objects of *kind* are reduced; None for pickle's own way."""
    return next((reduce for base, reduce in _BASES.items() if issubclass(kind, base)), None)


def _reduced_code(found: Any) -> Any:
    """Return a function or class with its code, unless it can be imported."""
    local = "<" in found.__qualname__ or getattr(found, "__module__", None) == "__main__"
    return (dill.loads, (dill.dumps(found),)) if local else NotImplemented


def _reduced_backend(found: BaseBackend) -> Any:
    kind = type(found)
    return backend_of, (kind.__module__, kind.__name__, found.account_id, found.region_name)


def _reduced_backends(found: AccountSpecificBackend[Any]) -> Any:
    kind = found.backend
    return backends_of, (kind.__module__, kind.__name__, found.account_id)


def _reduced_dictionary(found: BackendDict[Any]) -> Any:
    return _dictionary, (found.backend.__module__, found.backend.__name__)


@cache
def _import_moved() -> None:
    """Register moved modules under their earlier names, for pickle and dill."""
    for earlier, present in MOVED.items():
        sys.modules.setdefault(earlier, importlib.import_module(present))


class _Unpickler(pickle.Unpickler):
    """Loads the persistent ids of earlier versions too."""

    def persistent_load(self, pid: Any) -> Any:
        kind, module, name, *where = pid
        if kind == "backend":
            return backend_of(module, name, *where)
        found = _dictionary(module, name)
        return found[where[0]] if kind == "account" else found


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


def _reduced_key(found: Any) -> Any:
    return _private_key, (_pem(found),)


def _reduced_lock(found: Any) -> Any:
    return threading.Condition if type(found) is threading.Condition else _new_lock, ()


_BASES: dict[type, Callable[[Any], Any]] = {
    types.FunctionType: _reduced_code,
    type: _reduced_code,
    BaseBackend: _reduced_backend,
    AccountSpecificBackend: _reduced_backends,
    BackendDict: _reduced_dictionary,
    Certificate: lambda found: (
        _certificate,
        (found.public_bytes(serialization.Encoding.PEM),),
    ),
    rsa.RSAPrivateKey: _reduced_key,
    ec.EllipticCurvePrivateKey: _reduced_key,
    ed25519.Ed25519PrivateKey: _reduced_key,
    type(threading.Lock()): _reduced_lock,
    type(threading.RLock()): _reduced_lock,
    threading.Condition: _reduced_lock,
}
"""Reductions of classes and their subclasses."""
