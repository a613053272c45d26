"""Function configuration, cached until the control plane reports a change."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import aiohttp
from botocore.exceptions import ClientError

from localcloud.account import REGION
from localcloud.runtime.api import error_code
from localcloud.runtime.functions.invocation import InvokeError
from localcloud.runtime.mounts import Mount, access_point
from localcloud.stopped import TAG

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from localcloud.runtime.api import AwsApi

_LOG = logging.getLogger(__name__)

LATEST = "$LATEST"
CONNECTION_ERRORS = (aiohttp.ClientError, TimeoutError, OSError)
MISSING = frozenset({"ResourceNotFoundException", "404"})


@dataclass(frozen=True, kw_only=True)
class Definition:
    """The configuration of one function version; equal ones share a pool."""

    name: str
    arn: str
    """Without a version."""
    version: str
    runtime: str
    handler: str
    timeout_seconds: int
    memory_mib: int
    variables: tuple[tuple[str, str], ...]
    code_sha256: str
    """As AWS writes it: base64."""
    code_url: str
    log_group: str
    log_format: str
    log_level: str
    """ApplicationLogLevel; '' for the default."""
    dead_letter_arn: str
    layers: tuple[str, ...]
    role: str
    """ARN of the execution role."""
    system_log_level: str = ""
    """SystemLogLevel; '' for the default."""
    service: str = ""
    """The service it belongs to, by its tags."""
    mounts: tuple[Mount, ...] = ()
    """Mounts of EFS access points."""
    overlay: Path | None = None
    """Folder of code that runs in place of the deployed code."""

    @property
    def is_supported(self) -> bool:
        """Whether the local cloud can run it."""
        return self.runtime.startswith("python")

    @property
    def region(self) -> str:
        """The region the function is in."""
        return self.arn.split(":")[3]

    @property
    def key(self) -> str:
        """The name by which the workers know the function."""
        return function_key(self.arn)


@dataclass(frozen=True)
class InvokeConfig:
    """Retries and destinations of asynchronous invocations."""

    retries: int = 2
    age_seconds: int = 6 * 3600
    on_success: str | None = None
    on_failure: str | None = None


class Definitions:
    """A cache of function configuration."""

    def __init__(self, aws: AwsApi) -> None:
        """Start with an empty cache."""
        self._aws = aws
        self._current: dict[tuple[str, ...], Any] = {}
        self._stale: dict[tuple[str, ...], Any] = {}
        self._loading: dict[tuple[str, ...], asyncio.Task[Any]] = {}

    def forget(self) -> None:
        """Invalidate the cache; old entries serve only while the control plane is unreachable."""
        self._stale |= self._current
        self._current.clear()
        self._loading.clear()

    async def find(self, name: str, qualifier: str | None) -> Definition:
        """Return the version that *qualifier* (a version, an alias or None) resolves to."""
        return await self._cached(
            ("definition", name, qualifier or LATEST), lambda: self._read(name, qualifier)
        )

    async def weights(self, name: str, qualifier: str | None) -> dict[str, float]:
        """Return the routing weights of an alias's additional versions."""
        if qualifier is None or qualifier == LATEST or qualifier.isdigit():
            return {}
        return await self._cached(
            ("weights", name, qualifier), lambda: self._read_weights(name, qualifier)
        )

    async def reserved(self, name: str) -> int | None:
        """Return the function's reserved concurrency, if any."""
        return await self._cached(("reserved", name), lambda: self._read_reserved(name))

    async def invoke_config(self, name: str, qualifier: str | None) -> InvokeConfig:
        """Return the function's asynchronous invocation configuration."""
        return await self._cached(
            ("invoke", name, qualifier or LATEST), lambda: self._read_invoke(name, qualifier)
        )

    async def _cached(self, key: tuple[str, ...], read: Callable[[], Awaitable[Any]]) -> Any:
        if key in self._current:
            return self._current[key]
        if key not in self._loading:
            self._loading[key] = asyncio.ensure_future(self._load(key, read, self._loading))
        return await asyncio.shield(self._loading[key])

    async def _load(
        self,
        key: tuple[str, ...],
        read: Callable[[], Awaitable[Any]],
        loading: dict[tuple[str, ...], asyncio.Task[Any]],
    ) -> Any:
        me = asyncio.current_task()
        try:
            answer = await read()
        except CONNECTION_ERRORS as error:
            if key not in self._stale:
                message = f"the control plane is unreachable: {key[1]} cannot be read: {error!r}"
                raise InvokeError(503, "ServiceException", message) from error
            _LOG.info("using the cached configuration of %s: %r", key[1], error)
            return self._stale[key]
        finally:
            still_valid = loading.get(key) is me
            if still_valid:
                del loading[key]
        # Invalidated during the read, it is used only while the control plane is unreachable.
        (self._current if still_valid else self._stale)[key] = answer
        return answer

    async def _lambda(self, operation: str, key: str, **parameters: Any) -> dict[str, Any]:
        region, name = _split_key(key)
        return await self._aws("lambda", operation, region=region, FunctionName=name, **parameters)

    async def _read(self, name: str, qualifier: str | None) -> Definition:
        parameters: dict[str, Any] = {}
        if qualifier and qualifier != LATEST:
            parameters["Qualifier"] = qualifier
        try:
            answer = await self._lambda("GetFunction", name, **parameters)
        except ClientError as error:
            if error_code(error) not in MISSING:
                raise
            suffix = f":{qualifier}" if qualifier else ""
            message = f"Function not found: {name}{suffix}"
            raise InvokeError(404, "ResourceNotFoundException", message) from error
        return parse_definition(answer)

    async def _read_weights(self, name: str, qualifier: str) -> dict[str, float]:
        try:
            alias = await self._lambda("GetAlias", name, Name=qualifier)
        except ClientError:
            return {}
        return (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}

    async def _read_reserved(self, name: str) -> int | None:
        try:
            answer = await self._lambda("GetFunctionConcurrency", name)
        except ClientError:
            return None
        return answer.get("ReservedConcurrentExecutions")

    async def _read_invoke(self, name: str, qualifier: str | None) -> InvokeConfig:
        parameters: dict[str, Any] = {}
        if qualifier and qualifier != LATEST:
            parameters["Qualifier"] = qualifier
        try:
            answer = await self._lambda("GetFunctionEventInvokeConfig", name, **parameters)
        except ClientError as error:
            if error_code(error) not in MISSING:
                raise
            return InvokeConfig()
        destinations = answer.get("DestinationConfig") or {}
        config = InvokeConfig(
            on_success=(destinations.get("OnSuccess") or {}).get("Destination"),
            on_failure=(destinations.get("OnFailure") or {}).get("Destination"),
        )
        if (retries := answer.get("MaximumRetryAttempts")) is not None:
            config = replace(config, retries=retries)
        if age := answer.get("MaximumEventAgeInSeconds"):
            config = replace(config, age_seconds=age)
        return config


def function_key(arn: str) -> str:
    """Return the function's name, or its ARN if it is in another region than the environment's."""
    region, name = _split_key(arn)
    return name if region == REGION else arn


def split_name(name: str, qualifier: str | None) -> tuple[str, str | None]:
    """Return the function and qualifier of a name, partial ARN or ARN.

    The function is a name, or an ARN if it is in another region than the environment's.
    """
    prefix, found, rest = name.rpartition(":function:")
    steps = (rest if found else name.removeprefix("function:")).split(":")
    if len(steps) > 1:
        qualifier = qualifier or steps[1]
    arn = f"{prefix}:function:{steps[0]}"
    return function_key(arn) if prefix.startswith("arn:") else steps[0], qualifier or None


def _split_key(key: str) -> tuple[str, str]:
    """Return region and name of a function's key."""
    steps = key.split(":")
    return (REGION, key) if len(steps) == 1 else (steps[3], steps[6])


def parse_definition(answer: dict[str, Any]) -> Definition:
    """Return the result of GetFunction as a Definition."""
    config = answer["Configuration"]
    logging_config = config.get("LoggingConfig") or {}
    return Definition(
        name=config["FunctionName"],
        arn=":".join(config["FunctionArn"].split(":")[:7]),
        version=config.get("Version", LATEST),
        runtime=config.get("Runtime") or config.get("PackageType", ""),
        handler=config.get("Handler", ""),
        timeout_seconds=int(config.get("Timeout", 3)),
        memory_mib=int(config.get("MemorySize", 128)),
        variables=tuple(sorted((config.get("Environment") or {}).get("Variables", {}).items())),
        code_sha256=config.get("CodeSha256", ""),
        code_url=(answer.get("Code") or {}).get("Location", ""),
        log_group=logging_config.get("LogGroup") or f"/aws/lambda/{config['FunctionName']}",
        log_format=logging_config.get("LogFormat", "Text"),
        log_level=logging_config.get("ApplicationLogLevel", ""),
        system_log_level=logging_config.get("SystemLogLevel", ""),
        dead_letter_arn=(config.get("DeadLetterConfig") or {}).get("TargetArn", ""),
        layers=tuple(layer["Arn"] for layer in config.get("Layers") or []),
        role=config.get("Role", ""),
        service=(answer.get("Tags") or {}).get(TAG, ""),
        mounts=tuple(
            Mount(one["LocalMountPath"], access_point(one["Arn"]))
            for one in config.get("FileSystemConfigs") or []
        ),
    )
