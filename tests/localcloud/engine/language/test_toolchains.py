"""Which tool made the Python environment of a program."""

import grpc
import pytest
from pulumi.runtime.proto import language_pb2

from tests.localcloud.engine.language.test_host import run_request, seen


def test_a_toolchain_that_is_not_served_is_refused_by_name(host, program):
    info = program(toolchain="poetry")

    for call in (
        lambda: list(host.InstallDependencies(language_pb2.InstallDependenciesRequest(info=info))),
        lambda: host.Run(run_request(info)),
    ):
        with pytest.raises(grpc.RpcError, match="the toolchain 'poetry' is not supported"):
            call()


def test_a_program_with_uv_runs_in_its_default_virtual_environment(host, program, venv):
    info = program(toolchain="uv")
    with pytest.raises(grpc.RpcError, match=r"/\.venv, which has no Python: run `uv sync`"):
        host.Run(run_request(info))
    venv.rename(venv.with_name(".venv"))

    host.Run(run_request(info))

    assert seen(info)["venv"] == str(venv.with_name(".venv"))
