"""A provider and an emulated AWS in this process, driven through gRPC as the engine does it."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from localcloud.provider import sdk
from localcloud.provider.values import DEFAULTS, from_struct, to_struct, unwrap_secrets
from tests.localcloud.provider import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.localcloud.provider.example import Example

DEFAULT_TAGS = {"owner": "stage"}


@cache
def every_example() -> tuple[Example, ...]:
    """Find every example of the folder `examples`."""
    modules = (
        importlib.import_module(f"{examples.__name__}.{info.name}")
        for info in pkgutil.iter_modules(examples.__path__)
    )
    return tuple(example for module in modules for example in module.EXAMPLES)


def all_examples() -> dict[str, Example]:
    """Return the example of each type."""
    return {example.type: example for example in every_example() if not example.variant}


def as_written(value: Any) -> Any:
    """Return *value* without what Check filled in, at any depth."""
    if isinstance(value, dict):
        filled = {DEFAULTS, *value.get(DEFAULTS, ())}
        return {key: as_written(item) for key, item in value.items() if key not in filled}
    return [as_written(item) for item in value] if isinstance(value, list) else value


class CheckError(AssertionError):
    """Raised when Check refuses inputs that were meant to be good."""


@dataclass
class Made:
    """A resource as the engine would keep it."""

    type: str
    urn: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


@dataclass
class Stage:
    """One connection to the provider."""

    port: int
    stack: str = "local"
    config: dict[str, Any] = field(default_factory=dict)
    engine_address: str = ""
    made: dict[str, Made] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.channel = grpc.insecure_channel(
            f"127.0.0.1:{self.port}",
            options=[("grpc.use_local_subchannel_pool", 1)],  # a connection of its own
        )
        self.provider = provider_pb2_grpc.ResourceProviderStub(self.channel)
        self.provider.Handshake(
            provider_pb2.ProviderHandshakeRequest(engine_address=self.engine_address)
        )
        self.provider.Configure(
            provider_pb2.ConfigureRequest(
                urn=self.urn("pulumi:providers:aws", "default"), args=to_struct(self.config)
            )
        )

    def urn(self, type_: str, name: str) -> str:
        return f"urn:pulumi:{self.stack}::shop::{type_}::{name}"

    def number(self) -> int:
        """Return another number each time, for names that must be unique."""
        return next(self.numbers)

    def make(self, type_: str) -> dict[str, Any]:
        """Make the example of *type_*, once, and return its outputs and `id`."""
        if type_ not in self.made:
            self.made[type_] = self.create(type_, all_examples()[type_].inputs(self))
        made = self.made[type_]
        return {**unwrap_secrets(made.outputs), "id": made.id}

    def check(
        self, type_: str, news: dict[str, Any], olds: dict[str, Any] | None = None, **options: Any
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the checked inputs, and the failures by property."""
        name = options.pop("name", "stage-" + type_.rsplit(":", 1)[-1].lower())
        answer = self.provider.Check(
            provider_pb2.CheckRequest(
                urn=self.urn(type_, name),
                name=name,
                type=type_,
                olds=to_struct(olds or {}),
                news=to_struct(news),
                randomSeed=options.pop("seed", b"seed of the stage"),
                **options,
            )
        )
        return from_struct(answer.inputs), {item.property: item.reason for item in answer.failures}

    def create(self, type_: str, inputs: dict[str, Any], name: str = "", **options: Any) -> Made:
        """Check and create; for a type of which there may be several give a *name*.

        Of what an account has once, the one that `make` made is deleted first.
        """
        if type_ in self.made and all_examples()[type_].once:
            self.delete(self.made.pop(type_))
        name = name or "stage-" + type_.rsplit(":", 1)[-1].lower()
        checked, failures = self.check(type_, inputs, name=name)
        if failures:
            raise CheckError(f"{type_}: {failures}")
        answer = self.provider.Create(
            provider_pb2.CreateRequest(
                urn=self.urn(type_, name),
                name=name,
                type=type_,
                properties=to_struct(checked),
                **options,
            )
        )
        outputs = from_struct(answer.properties)
        return Made(type_, self.urn(type_, name), answer.id, checked, outputs)

    def preview(self, type_: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """Return the outputs that a preview of a new object shows."""
        checked, _ = self.check(type_, inputs)
        answer = self.provider.Create(
            provider_pb2.CreateRequest(
                urn=self.urn(type_, "p"), type=type_, properties=to_struct(checked), preview=True
            )
        )
        return from_struct(answer.properties)

    def read(self, made: Made, *, known: bool = True) -> Made | None:
        """Refresh *made*; not *known* is an import, which has only the id. None: it is gone."""
        answer = self.provider.Read(
            provider_pb2.ReadRequest(
                id=made.id,
                urn=made.urn,
                type=made.type,
                properties=to_struct(made.outputs if known else {}),
                inputs=to_struct(made.inputs if known else {}),
            )
        )
        if not answer.id:
            return None
        outputs = from_struct(answer.properties)
        return Made(made.type, made.urn, answer.id, from_struct(answer.inputs), outputs)

    def get(self, type_: str, id_: str) -> provider_pb2.ReadResponse:
        """Look up an object that exists, as `.get()` in a program does."""
        urn = self.urn(type_, "existing")
        return self.provider.Read(provider_pb2.ReadRequest(id=id_, urn=urn, type=type_))

    def diff(self, made: Made, news: dict[str, Any], **options: Any) -> provider_pb2.DiffResponse:
        return self.provider.Diff(
            provider_pb2.DiffRequest(
                id=made.id,
                urn=made.urn,
                type=made.type,
                olds=to_struct(made.outputs),
                old_inputs=to_struct(made.inputs),
                news=to_struct(news),
                **options,
            )
        )

    def changed(self, made: Made, change: dict[str, Any]) -> dict[str, Any]:
        """Return the checked inputs after *change*; None drops an input."""
        plain = as_written(made.inputs)
        plain.pop("tagsAll", None)
        wanted = {key: value for key, value in {**plain, **change}.items() if value is not None}
        checked, failures = self.check(
            made.type, wanted, made.inputs, name=made.urn.rsplit("::", 1)[-1]
        )
        if failures:
            raise CheckError(f"{made.type}: {failures}")
        return checked

    def update(self, made: Made, news: dict[str, Any], *, preview: bool = False) -> Made:
        answer = self.provider.Update(
            provider_pb2.UpdateRequest(
                id=made.id,
                urn=made.urn,
                type=made.type,
                olds=to_struct(made.outputs),
                old_inputs=to_struct(made.inputs),
                news=to_struct(news),
                preview=preview,
            )
        )
        return Made(made.type, made.urn, made.id, news, from_struct(answer.properties))

    def delete(self, made: Made) -> None:
        self.provider.Delete(
            provider_pb2.DeleteRequest(
                id=made.id,
                urn=made.urn,
                type=made.type,
                properties=to_struct(made.outputs),
                old_inputs=to_struct(made.inputs),
            )
        )

    def invoke(self, token: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        request = provider_pb2.InvokeRequest(tok=token, args=to_struct(arguments or {}))
        return from_struct(getattr(self.provider.Invoke(request), "return"))

    def close(self) -> None:
        self.channel.close()


def has_declared_shape(type_: str, outputs: dict[str, Any]) -> list[str]:
    """Return what in *outputs* the SDK would not take."""
    outputs = unwrap_secrets(outputs)
    fitted = sdk.outputs(type_, outputs)
    return [key for key, value in outputs.items() if key not in fitted or fitted[key] != value]
