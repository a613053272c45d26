"""Runs functions: resolves the version, enforces concurrency limits, keeps a pool per version."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import secrets
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.runtime.credentials import RoleCredentials
from localcloud.runtime.functions import metrics
from localcloud.runtime.functions.code import remove_unused, unpack_code
from localcloud.runtime.functions.definition import (
    CONNECTION_ERRORS,
    Definition,
    Definitions,
)
from localcloud.runtime.functions.execution_environment import ExecutionEnvironment, Launch
from localcloud.runtime.functions.interpreter import InterpreterError, function_python
from localcloud.runtime.functions.invocation import (
    RUNTIME_NOT_SUPPORTED,
    Invocation,
    InvokeError,
    Outcome,
    not_supported,
    service_stopped,
    throttled,
)
from localcloud.runtime.functions.layers import unpack_layers
from localcloud.runtime.functions.log_levels import application_level
from localcloud.runtime.functions.logs import FLUSH_SECONDS, EnvironmentLog, LogFiles
from localcloud.runtime.functions.pool import Initialization, Pool
from localcloud.runtime.functions.provisioned import ProvisionedConcurrency
from localcloud.runtime.functions.variables import layer_variables, variables
from localcloud.runtime.log_sender import LogSender, LogStreams, Stream
from localcloud.runtime.mounts import with_folders
from localcloud.runtime.names import NAMED, NameReader
from localcloud.stopped import STOPPED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from localcloud.names import Names
    from localcloud.runtime.context import WorkerContext

_LOG = logging.getLogger(__name__)

ACCOUNT_CONCURRENCY = int(os.environ.get("BULKHEAD_LAMBDA_CONCURRENCY", "100"))
"""Unreserved concurrency of the account."""
REAP_EVERY_SECONDS = 30.0
TOKEN_SECONDS = 300
"""Validity of the tokens that a function may obtain at the end of its last invocation."""
MIN_USABLE_SECONDS = 60.0
"""While the control plane is unreachable, the credentials may be about to expire."""


class Functions:
    """The functions of the emulated account."""

    def __init__(self, context: WorkerContext) -> None:
        """Create an empty service; the first invocation starts a process."""
        self.definitions = Definitions(context.aws)
        self.log_sender = LogSender(LogStreams(context.aws, creates_groups=True), FLUSH_SECONDS)
        self._context = context
        self._roles = RoleCredentials(context.aws)
        self._names = NameReader(context.layout, context.endpoint, context.http)
        self._files = LogFiles(context.layout)
        self._pools: dict[Definition, Pool] = {}
        self._declared: dict[Definition, dict[str, str]] = {}
        """Variables with the local addresses of the first launch."""
        self._retired: list[Pool] = []
        self._provisioned = ProvisionedConcurrency(context)
        self._running: Counter[str] = Counter()
        self._unreserved = 0
        self.overlays: dict[tuple[str, str], Path] = {}
        """Code that runs in place of deployed code, by the function's key and its CodeSha256."""
        self._removed_unused_code = False
        self._alive, self._alive_end = os.pipe()

    async def check(self, name: str, qualifier: str | None) -> Definition:
        """Return the version that would run, or raise InvokeError."""
        return await self.definitions.find(name, qualifier)

    async def invoke(self, name: str, qualifier: str | None, invocation: Invocation) -> Outcome:
        """Invoke the function."""
        definition = await self._laid_over(name, await self._routed(name, qualifier))
        if not definition.is_supported:
            return Outcome(
                payload=not_supported(definition.name, definition.runtime),
                executed_version=definition.version,
                function_error="Unhandled",
            )
        reserved = await self.definitions.reserved(name)
        self._check_concurrency(definition.name, name, qualifier, reserved)
        arn = definition.arn if qualifier is None else f"{definition.arn}:{qualifier}"
        self._running[name] += 1
        self._unreserved += reserved is None
        metrics.concurrent(definition.name, self._running[name], self._running.total())
        try:
            run = self._pool(definition).run(replace(invocation, invoked_arn=arn))
            return await metrics.counted(definition, qualifier, run)
        except (InterpreterError, OSError) as error:
            raise _not_started(name, error) from error
        finally:
            self._running[name] -= 1
            self._unreserved -= reserved is None

    async def initialize(self, name: str, qualifier: str | None) -> Initialization:
        """Run the function's init phase without an invocation, unless it has succeeded before."""
        return await self.initialize_version(await self._laid_over(name, qualifier))

    async def initialize_version(self, definition: Definition) -> Initialization:
        """Run the init phase of one version, unless it has succeeded before."""
        if not definition.is_supported:
            return Initialization(error=not_supported(definition.name, definition.runtime))
        try:
            return await self._pool(definition).initialize()
        except (InterpreterError, OSError) as error:
            raise _not_started(definition.name, error) from error

    async def initialization(self, name: str, qualifier: str | None) -> Initialization:
        """Return the result of the function's last init phase."""
        return self._pool(await self._laid_over(name, qualifier)).initialization

    async def pool(self, name: str, qualifier: str) -> Pool:
        """Return the environments of a version; raises InvokeError if it does not run here."""
        definition = await self._laid_over(name, qualifier)
        if not definition.is_supported:
            raise InvokeError(502, RUNTIME_NOT_SUPPORTED, f"{name} has {definition.runtime}")
        return self._pool(definition)

    def started(self, key: str) -> list[Definition]:
        """Return the versions of a function that have a pool."""
        return [definition for definition in self._pools if definition.key == key]

    def retire(self, definition: Definition) -> None:
        """Start the next environments of a version anew."""
        self._declared.pop(definition, None)
        if pool := self._pools.pop(definition, None):
            pool.drain()
            self._retired.append(pool)

    def log(self, definition: Definition, text: str) -> None:
        """Add a line to the log of a function."""
        self._log(definition).write(text)

    async def follow_changes(self, follow_deployments: Callable[[], Awaitable[None]]) -> None:
        """Drain the pools of functions that changed; call *follow_deployments* after each."""
        async for changed in self._context.changes.watch(
            "lambda", *NAMED, STOPPED, every_seconds=REAP_EVERY_SECONDS
        ):
            if changed & {"lambda", STOPPED}:
                self.definitions.forget()
                for definition in list(self._pools):
                    if not await self._is_current(definition):
                        self.retire(definition)
                await follow_deployments()
            if changed & NAMED and self._pools:
                names = await self._names()
                for definition, used in list(self._declared.items()):
                    if used != _localized(definition, names):
                        self.retire(definition)
            await self._provisioned.apply(self.pool)
            for pool in self._pools.values():
                pool.reap()
            await self._remove_unused_code()
            self._retired = [pool for pool in self._retired if pool.processes]

    async def close(self) -> None:
        """Kill all processes, and send the rest of their logs."""
        self._provisioned.close()
        for pool in [*self._pools.values(), *self._retired]:
            await pool.close()
        await self.log_sender.close()
        self._files.close()
        os.close(self._alive_end)
        os.close(self._alive)

    def processes(self) -> dict[str, int]:
        """Return the number of processes per function."""
        counts: Counter[str] = Counter()
        for definition, pool in self._pools.items():
            counts[definition.name] += pool.processes
        return dict(counts)

    async def _remove_unused_code(self) -> None:
        """Remove, once, the unpacked code of deleted functions."""
        if self._removed_unused_code or not self._context.changes.connected:
            return
        try:
            found = await self._context.aws.pages(
                "lambda", "ListFunctions", "Functions", FunctionVersion="ALL"
            )
        except (*CONNECTION_ERRORS, ClientError) as error:
            _LOG.info("unused code cannot be removed: %r", error)
            return
        digests = {config["CodeSha256"] for config in found if config.get("CodeSha256")}
        await asyncio.to_thread(remove_unused, self._context.layout, digests)
        self._removed_unused_code = True

    def _check_concurrency(
        self, function: str, name: str, qualifier: str | None, reserved: int | None
    ) -> None:
        of_function = "" if reserved is None else "ReservedFunction"
        running = self._unreserved if reserved is None else self._running[name]
        if running >= (ACCOUNT_CONCURRENCY if reserved is None else reserved):
            metrics.throttled(function, qualifier)
            raise throttled(f"{of_function}ConcurrentInvocationLimitExceeded")

    async def _routed(self, name: str, qualifier: str | None) -> str | None:
        """Return the version to invoke, by the weights of the alias."""
        drawn = random.random()  # noqa: S311 - not for cryptography
        for version, share in (await self.definitions.weights(name, qualifier)).items():
            drawn -= share
            if drawn < 0:
                return version
        return qualifier

    async def _is_current(self, definition: Definition) -> bool:
        if self._is_stopped(definition):
            return False
        try:
            found = await self.definitions.find(definition.key, definition.version)
            return found == replace(definition, overlay=None)
        except InvokeError as error:
            return error.code == "ServiceException"

    async def _laid_over(self, name: str, qualifier: str | None) -> Definition:
        """Return the version that would run, with the overlay of its code."""
        found = await self.check(name, qualifier)
        return replace(found, overlay=self.overlays.get((found.key, found.code_sha256)))

    def _is_stopped(self, definition: Definition) -> bool:
        return definition.service in self._context.not_running()

    def _pool(self, definition: Definition) -> Pool:
        if self._is_stopped(definition):
            raise service_stopped(self._context.not_running().message(definition.service))
        if definition not in self._pools:

            async def prepare() -> Launch:
                return await self._launch(definition)

            def make(changed: Callable[[ExecutionEnvironment], None]) -> ExecutionEnvironment:
                return ExecutionEnvironment(definition, self._log(definition), changed)

            self._pools[definition] = Pool(prepare, make)
        return self._pools[definition]

    async def _launch(self, definition: Definition) -> Launch:
        python = await asyncio.to_thread(function_python, self._context.layout)
        code = await unpack_code(self._context.layout, self._context.http, definition)
        layers = await unpack_layers(self._context, definition)
        declared = _localized(definition, await self._names())
        self._declared.setdefault(definition, declared)
        declared = with_folders(declared, definition.mounts, self._context.layout)
        credentials = await self._roles.get(definition.role, definition.name)
        environment = variables(definition, declared, self._context.endpoint, code, credentials)
        environment |= layer_variables(definition, environment, layers)
        usable = credentials.seconds_left() - definition.timeout_seconds - TOKEN_SECONDS
        return Launch(
            python=python,
            code=code,
            variables=environment,
            alive=self._alive,
            usable_seconds=max(usable, MIN_USABLE_SECONDS),
        )

    def _log(self, definition: Definition) -> EnvironmentLog:
        day = datetime.now(UTC).strftime("%Y/%m/%d")
        name = f"{day}/[{definition.version}]{secrets.token_hex(16)}"
        stream = Stream(definition.region, definition.log_group, name)
        least = application_level(definition)
        return EnvironmentLog(self.log_sender, self._files, definition.name, stream, least)


def _localized(definition: Definition, names: Names) -> dict[str, str]:
    """Return the declared variables with local addresses."""
    return {name: names.localized(value) for name, value in definition.variables}


def _not_started(name: str, error: Exception) -> InvokeError:
    return InvokeError(502, "EFSIOException", f"{name} was not started: {error}")


async def make_interpreter(context: WorkerContext) -> None:
    """Create the functions' virtual environment before the first invocation."""
    try:
        await asyncio.to_thread(function_python, context.layout)
    except InterpreterError as error:
        _LOG.error("%s", error)
