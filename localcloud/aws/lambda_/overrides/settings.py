"""Function settings that moto drops or does not update."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import (
    InvalidParameterValueException,
    PreconditionFailedException,
)
from moto.awslambda.models import ImageConfig, LambdaBackend, LambdaFunction
from moto.ec2.models import ec2_backends

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT = ("DeadLetterConfig", "EphemeralStorage", "FileSystemConfigs", "KMSKeyArn",
         "LoggingConfig", "SnapStart", "TracingConfig")  # fmt: skip
_make = LambdaFunction.__init__
_update = LambdaFunction.update_configuration
_update_code = LambdaFunction.update_function_code
_configuration = LambdaFunction.get_configuration


def install() -> None:
    """Keep and return these settings."""
    LambdaFunction.__init__ = _made  # type: ignore[method-assign]
    LambdaFunction.update_configuration = _updated  # type: ignore[method-assign]
    LambdaFunction.update_function_code = _code_updated  # type: ignore[method-assign]
    LambdaFunction.get_configuration = _answered  # type: ignore[method-assign]
    backend: Any = LambdaBackend
    for name in ("update_function_code", "update_function_configuration"):
        setattr(backend, name, _revised(getattr(backend, name)))


def _made(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
    _check_logging(spec)
    self.bulkhead_kept = {name: spec[name] for name in _KEPT if spec.get(name)}
    _make(self, account_id, spec, *args, **kwargs)
    self.bulkhead_revision = str(uuid.uuid4())
    self.last_modified = _now()


def _updated(self: Any, config_updates: dict[str, Any]) -> dict[str, Any]:
    _check_logging(config_updates)
    kept = {name: config_updates[name] for name in _KEPT if name in config_updates}
    self.bulkhead_kept = {**self.bulkhead_kept, **kept}
    if "ImageConfig" in config_updates:
        self.image_config = ImageConfig(config_updates["ImageConfig"])
    _update(self, config_updates)
    return self.get_configuration()


def _check_logging(spec: dict[str, Any]) -> None:
    given = spec.get("LoggingConfig") or {}
    levels = [name for name in ("ApplicationLogLevel", "SystemLogLevel") if given.get(name)]
    if levels and given.get("LogFormat") != "JSON":
        raise InvalidParameterValueException(
            f"{' and '.join(levels)} cannot be set when LogFormat is Text: set LogFormat to JSON"
        )


def _revised(update: Callable[..., Any]) -> Callable[..., Any]:
    def revised(self: Any, function_name: str, qualifier: str, body: dict[str, Any]) -> Any:
        function = self.get_function(function_name, qualifier)
        if body.get("RevisionId") not in {None, _revision(function)}:
            raise PreconditionFailedException(_STALE)
        answer = update(self, function_name, qualifier, body)
        function.bulkhead_revision = str(uuid.uuid4())
        function.last_modified = _now()
        changed = {"RevisionId": function.bulkhead_revision, "LastModified": function.last_modified}
        return answer and {**answer, **changed}

    return revised


_STALE = (
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias"
    " API to retrieve the latest Revision Id"
)


def _revision(function: Any) -> str:
    """Return the revision; that of a function of an earlier version does not change on read."""
    found = function.__dict__.get("bulkhead_revision")
    return found or str(uuid.uuid5(uuid.NAMESPACE_URL, function.function_arn))


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "+0000"


def _code_updated(self: Any, updated_spec: dict[str, Any]) -> dict[str, Any]:
    if updated_spec.get("Architectures"):
        self.architectures = updated_spec["Architectures"]
    _update_code(self, updated_spec)
    return self.get_configuration()


def _answered(self: Any, on_create: bool = False) -> dict[str, Any]:
    configuration = _configuration(self, on_create)
    configuration["RevisionId"] = _revision(self)
    group = f"/aws/lambda/{self.function_name}"
    configuration["LoggingConfig"] = {"LogFormat": "Text", "LogGroup": group}
    for name, value in self.bulkhead_kept.items():
        if name == "LoggingConfig":
            configuration[name] = {**configuration[name], **value}
        elif name == "SnapStart":
            configuration[name] = {"OptimizationStatus": "Off", **value}
        else:
            configuration[name] = value
    network = configuration.get("VpcConfig")
    if network and network.get("SubnetIds"):
        subnets = ec2_backends[self.account_id][self.region].describe_subnets(network["SubnetIds"])
        network["VpcId"] = subnets[0].vpc_id
    return configuration
