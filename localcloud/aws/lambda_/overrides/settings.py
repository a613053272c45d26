"""Function settings that moto drops or does not update."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.ec2.models import ec2_backends

_KEPT = ("DeadLetterConfig", "EphemeralStorage", "KMSKeyArn", "LoggingConfig", "SnapStart",
         "TracingConfig")  # fmt: skip
_make = LambdaFunction.__init__
_update = LambdaFunction.update_configuration
_configuration = LambdaFunction.get_configuration


def install() -> None:
    """Keep and return these settings."""
    LambdaFunction.__init__ = _made  # type: ignore[method-assign]
    LambdaFunction.update_configuration = _updated  # type: ignore[method-assign]
    LambdaFunction.get_configuration = _answered  # type: ignore[method-assign]


def _made(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
    self.bulkhead_kept = {name: spec[name] for name in _KEPT if spec.get(name)}
    _make(self, account_id, spec, *args, **kwargs)


def _updated(self: Any, config_updates: dict[str, Any]) -> dict[str, Any]:
    kept = {name: config_updates[name] for name in _KEPT if name in config_updates}
    self.bulkhead_kept = {**self.bulkhead_kept, **kept}
    _update(self, config_updates)
    return self.get_configuration()


def _answered(self: Any, on_create: bool = False) -> dict[str, Any]:
    configuration = _configuration(self, on_create)
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
