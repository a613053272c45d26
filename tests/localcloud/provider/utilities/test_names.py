"""Which providers are served, and what the others are told."""

from __future__ import annotations

import pytest
from pulumi.runtime.proto import provider_pb2

from localcloud.provider.utilities.names import NAMES, REJECTED, SERVED
from localcloud.provider.utilities.server import start
from localcloud.provider.values import to_struct


def test_each_name_is_there_once():
    assert len(NAMES) == len(set(NAMES)) == len(SERVED) + len(REJECTED)


@pytest.mark.parametrize("name", SERVED)
def test_a_served_provider_is_configured(engine, name):
    answer = engine.check_config(name)

    assert not answer.failures


@pytest.mark.parametrize("name", sorted(REJECTED))
def test_another_provider_is_rejected_with_what_it_needs(engine, name):
    sentence = f'the provider "{name}" {REJECTED[name]}'
    urn = engine.urn(f"pulumi:providers:{name}", "default")
    token = f"{name}:index:Thing"

    with engine.rejected(sentence):
        engine.check_config(name)
    with engine.rejected(sentence):
        engine.provider.Configure(provider_pb2.ConfigureRequest(urn=urn))
    with engine.rejected(sentence):
        engine.provider.Construct(provider_pb2.ConstructRequest(type=token))
    with engine.rejected(sentence):
        engine.check(token)
    with engine.rejected(sentence):
        engine.invoke(f"{name}:index:getThing")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda engine: engine.check("random:index/coin:Coin"), "Coin is not a type of random"),
        (lambda engine: engine.invoke("tls:index:getX"), "tls:index:getX is not a function of tls"),
        (
            lambda engine: engine.provider.GetSchema(provider_pb2.GetSchemaRequest()),
            "no schemas of random, tls: write the program in Python, and import resources with --",
        ),
    ],
)
def test_what_a_served_provider_does_not_have_is_rejected_by_name(engine, call, sentence):
    with engine.rejected(sentence):
        call(engine)


def test_a_proxy_is_rejected(engine):
    answer = engine.check_config("tls", proxy='{"url":"http://proxy.test"}')

    assert [failure.property for failure in answer.failures] == ["proxy"]


def test_the_calls_around_a_deployment_are_answered(engine):
    calls = engine.provider
    empty = to_struct({})

    assert calls.Handshake(provider_pb2.ProviderHandshakeRequest()).accept_secrets
    assert calls.Configure(provider_pb2.ConfigureRequest(args=empty)).supportsPreview
    assert not calls.DiffConfig(provider_pb2.DiffRequest(news=empty)).diffs
    found = calls.GetPluginInfo(provider_pb2.google_dot_protobuf_dot_empty__pb2.Empty())
    assert found.version == "999.0.0"


def test_a_port_in_use_is_an_error(port):
    with pytest.raises(OSError, match=f"port {port} on 127.0.0.1 is in use"):
        start(port)
