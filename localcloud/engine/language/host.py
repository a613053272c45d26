"""The `LanguageRuntime` service: runs Python programs and policy packs for the engine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2
from typing_extensions import override

from localcloud.engine import programs
from localcloud.engine.language import dependencies
from localcloud.engine.language.children import ChildrenClosedError, end
from localcloud.engine.language.interpreter import InterpreterError, environment, interpreter
from localcloud.engine.language.streams import lines
from localcloud.engine.version import pinned
from localcloud.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google.protobuf import empty_pb2

    from localcloud.engine.language.children import Children
    from localcloud.engine.language.streams import Name

    Context = grpc.ServicerContext

ANALYZER = "analyzer"
PROGRAM = Path(__file__).parent / "guest" / "program.py"
ALREADY_SHOWN = 32
"""Exit code of the executor after it printed the error itself."""


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Serves one engine; each program and policy pack is a child process."""

    def __init__(self, executor: Path, engine_address: str, children: Children) -> None:
        """Run programs with *executor*, which reports to the engine at *engine_address*."""
        self._executor = executor
        self._engine_address = engine_address
        self._children = children

    @override
    def Handshake(
        self, request: language_pb2.LanguageHandshakeRequest, context: Context
    ) -> language_pb2.LanguageHandshakeResponse:
        """Take the engine's address if it attached to a running host."""
        self._engine_address = request.engine_address or self._engine_address
        return language_pb2.LanguageHandshakeResponse()

    @override
    def GetPluginInfo(self, request: empty_pb2.Empty, context: Context) -> plugin_pb2.PluginInfo:
        """Return the version of the CLI."""
        return plugin_pb2.PluginInfo(version=str(pinned()).removeprefix("v"))

    @override
    def GetRequiredPackages(
        self, request: language_pb2.GetRequiredPackagesRequest, context: Context
    ) -> language_pb2.GetRequiredPackagesResponse:
        """Return none: the engine loads a provider at its first resource."""
        return language_pb2.GetRequiredPackagesResponse()

    @override
    def GetRequiredPlugins(
        self, request: language_pb2.GetRequiredPluginsRequest, context: Context
    ) -> language_pb2.GetRequiredPluginsResponse:
        """Return none, for engines that use the older call."""
        return language_pb2.GetRequiredPluginsResponse()

    @override
    def Run(self, request: language_pb2.RunRequest, context: Context) -> language_pb2.RunResponse:
        """Run a program until it exits; it inherits our standard output and error."""
        info = request.info
        python = _or_abort(lambda: interpreter(info), context)
        variables = environment(info, os.environ)
        variables["PULUMI_CONFIG"] = json.dumps(dict(request.config))
        variables["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
        command = [python, "-u", PROGRAM, self._executor, *self._arguments(request)]
        try:
            folder = info.program_directory or request.pwd
            program = programs.Program(folder, str(python.parent.parent), preview=request.dryRun)
            with (
                programs.running(Layout.current(), self._engine_address, program),
                self._children.run(command, cwd=folder, environment=variables) as child,
            ):
                context.add_callback(lambda: end(child))
                code = child.wait()
        except ChildrenClosedError as error:
            return language_pb2.RunResponse(error=str(error))
        if code == 0:
            return language_pb2.RunResponse()
        if code == ALREADY_SHOWN:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"the program {_exit_message(code)}")

    @override
    def RunPlugin(
        self, request: language_pb2.RunPluginRequest, context: Context
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a policy pack or another plugin, and stream its output."""
        info = request.info
        python = _or_abort(lambda: interpreter(info), context)
        variables = environment(info, dict(entry.split("=", 1) for entry in request.env))
        if request.kind == ANALYZER:
            words = ["-m", "pulumi.policy", *request.args, info.program_directory]
            cwd = info.program_directory
        else:
            words = [info.program_directory, *request.args]
            cwd = request.pwd
        try:
            with self._children.run(
                [python, "-u", *words],
                cwd=cwd,
                environment=variables or os.environ,
                output=subprocess.PIPE,
            ) as child:
                context.add_callback(lambda: end(child))
                for name, line in lines(child):
                    yield _output_response(name, line)
                yield language_pb2.RunPluginResponse(exitcode=child.wait())
        except ChildrenClosedError as error:
            context.abort(grpc.StatusCode.CANCELLED, str(error))

    @override
    def GenerateProgram(
        self, request: language_pb2.GenerateProgramRequest, context: Context
    ) -> language_pb2.GenerateProgramResponse:
        """Generate the code of `pulumi import`."""
        from localcloud.engine.language import generate  # noqa: PLC0415 - few runs need it

        try:
            return generate.program(request)
        except generate.GenerateError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    @override
    def InstallDependencies(
        self, request: language_pb2.InstallDependenciesRequest, context: Context
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Create the virtual environment, install requirements.txt, and stream the output."""
        try:
            for name, line in dependencies.install(request.info, self._children):
                yield language_pb2.InstallDependenciesResponse(**{name: line})
        except (InterpreterError, dependencies.InstallError) as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    @override
    def GetProgramDependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, context: Context
    ) -> language_pb2.GetProgramDependenciesResponse:
        """List the packages of the program's Python environment."""
        python = _or_abort(lambda: interpreter(request.info), context)
        found = dependencies.installed(
            python, self._children, direct_only=not request.transitiveDependencies
        )
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=version) for name, version in found
            ]
        )

    @override
    def About(
        self, request: language_pb2.AboutRequest, context: Context
    ) -> language_pb2.AboutResponse:
        """Return path and version of the program's Python."""
        python = _or_abort(lambda: interpreter(request.info), context)
        return language_pb2.AboutResponse(
            executable=str(python),
            version=dependencies.python_version(python, self._children),
            metadata={"host": f"bulkhead on Python {platform.python_version()}"},
        )

    @override
    def RuntimeOptionsPrompts(
        self, request: language_pb2.RuntimeOptionsRequest, context: Context
    ) -> language_pb2.RuntimeOptionsResponse:
        """Return no prompts for `pulumi new`."""
        return language_pb2.RuntimeOptionsResponse()

    @override
    def Cancel(self, request: empty_pb2.Empty, context: Context) -> Any:
        """Stop every program; the engine stops this process afterwards."""
        self._children.close()
        return request

    def _arguments(self, request: language_pb2.RunRequest) -> list[str]:
        options = {
            "monitor": request.monitor_address,
            "engine": self._engine_address,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "organization": request.organization,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
        }
        words = [word for name, value in options.items() if value for word in (f"--{name}", value)]
        return [*words, request.info.entry_point or ".", *request.args]


def _output_response(name: Name, line: bytes) -> language_pb2.RunPluginResponse:
    if name == "stdout":
        return language_pb2.RunPluginResponse(stdout=line)
    return language_pb2.RunPluginResponse(stderr=line)


def _or_abort(find: Callable[[], Path], context: Context) -> Path:
    try:
        return find()
    except InterpreterError as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        raise


def _exit_message(code: int) -> str:
    if code < 0:
        return f"was terminated by signal {-code}"
    return f"exited with non-zero exit code: {code}"
