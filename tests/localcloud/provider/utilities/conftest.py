"""A server of these providers, driven through gRPC as the engine does it."""

from __future__ import annotations

import contextlib

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from localcloud.provider.utilities.server import start
from localcloud.provider.values import from_struct, to_struct, unwrap_secrets
from tests.localcloud.provider.utilities.tls import AUTHORITY, NAMES, REQUEST, new_key, self_signed


class Engine:
    """One connection to the server."""

    def __init__(self, port):
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.provider = provider_pb2_grpc.ResourceProviderStub(self.channel)

    @staticmethod
    def urn(token, name="it"):
        return f"urn:pulumi:any-stack::shop::{token}::{name}"

    def check_config(self, name, **news):
        urn = self.urn(f"pulumi:providers:{name}", "default")
        return self.provider.CheckConfig(provider_pb2.CheckRequest(urn=urn, news=to_struct(news)))

    def check(self, token, **news):
        """Return the checked inputs and the failures by property."""
        answer = self.provider.Check(
            provider_pb2.CheckRequest(urn=self.urn(token), type=token, news=to_struct(news))
        )
        failures = {failure.property: failure.reason for failure in answer.failures}
        return from_struct(answer.inputs), failures

    def inputs(self, token, **news):
        inputs, failures = self.check(token, **news)
        assert failures == {}
        return inputs

    def create(self, token, *, preview=False, **news):
        """Return the ID and the outputs, secrets marked."""
        answer = self.provider.Create(
            provider_pb2.CreateRequest(
                urn=self.urn(token),
                type=token,
                properties=to_struct(self.inputs(token, **news)),
                preview=preview,
            )
        )
        return answer.id, from_struct(answer.properties)

    def made(self, token, **news):
        """Return the outputs as plain values, with `id`."""
        id_, outputs = self.create(token, **news)
        return {**unwrap_secrets(outputs), "id": id_}

    def diff(self, token, olds, news, outputs=None):
        """Return the changed and the replacing properties."""
        old_inputs = self.inputs(token, **olds)
        answer = self.provider.Diff(
            provider_pb2.DiffRequest(
                urn=self.urn(token),
                type=token,
                olds=to_struct({**old_inputs, **(outputs or {})}),
                old_inputs=to_struct(old_inputs),
                news=to_struct(self.inputs(token, **news)),
            )
        )
        return sorted(answer.diffs), sorted(answer.replaces)

    def update(self, token, outputs, **news):
        answer = self.provider.Update(
            provider_pb2.UpdateRequest(
                urn=self.urn(token),
                type=token,
                olds=to_struct(outputs),
                news=to_struct(self.inputs(token, **news)),
            )
        )
        return from_struct(answer.properties)

    def read(self, token, id_, outputs=None):
        """Return the ID, the outputs and the inputs."""
        answer = self.provider.Read(
            provider_pb2.ReadRequest(
                urn=self.urn(token), type=token, id=id_, properties=to_struct(outputs or {})
            )
        )
        return answer.id, from_struct(answer.properties), from_struct(answer.inputs)

    def invoke(self, token, **arguments):
        """Return the result and the failures by property."""
        answer = self.provider.Invoke(
            provider_pb2.InvokeRequest(tok=token, args=to_struct(arguments))
        )
        failures = {failure.property: failure.reason for failure in answer.failures}
        return from_struct(getattr(answer, "return")), failures

    @staticmethod
    @contextlib.contextmanager
    def rejected(text):
        with pytest.raises(grpc.RpcError) as caught:
            yield
        assert text in caught.value.details()


@pytest.fixture(scope="session")
def port():
    server, port = start(0)
    yield port
    server.stop(grace=None).wait()


@pytest.fixture(scope="session")
def engine(port):
    found = Engine(port)
    yield found
    found.channel.close()


@pytest.fixture(scope="session")
def key(engine):
    return new_key(engine)


@pytest.fixture(scope="session")
def authority(engine, key):
    return {"caCertPem": self_signed(engine, key, **AUTHORITY), "caPrivateKeyPem": key}


@pytest.fixture(scope="session")
def request_pem(engine, key):
    return engine.made(REQUEST, privateKeyPem=key, **NAMES)["certRequestPem"]
