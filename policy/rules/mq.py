"""Rules on Amazon MQ brokers."""

from __future__ import annotations

from typing import Any

from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Messages, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN, is_false, is_true

BROKER = "aws:mq/broker:Broker"
_MODES = {"activemq": "ACTIVE_STANDBY_MULTI_AZ", "rabbitmq": "CLUSTER_MULTI_AZ"}
"""Engine -> deployment mode with several instances."""


@rule(BROKER)
@classify("reliability", "resilience", "low", "advisory", when="production")
def mq_highly_available(broker: Resource) -> Findings:
    """Message brokers must have a standby in another Availability Zone.

    A single-instance broker is unavailable during maintenance and Availability Zone outages.

    References: Security Hub MQ.5 (activemq), Security Hub MQ.6 (rabbitmq),
    Config mq-active-deployment-mode, Config mq-rabbit-deployment-mode
    """
    engine, mode = broker.get("engineType"), broker.get("deploymentMode")
    name = engine.lower() if isinstance(engine, str) else ""
    wanted = [_MODES[name]] if name in _MODES else list(_MODES.values())
    if mode is not UNKNOWN and mode not in wanted:
        yield broker.finding(
            f"The message broker '{broker.name}' must have a standby in another Availability Zone:"
            f" set deployment_mode to {' or '.join(wanted)}.",
            *([name] if name in _MODES else _MODES),
        )


@rule(BROKER)
@classify("audit", "observability", "medium", "mandatory")
def mq_logs(broker: Resource) -> Messages:
    """Message brokers must send their logs to CloudWatch.

    Without logs, connection problems and user changes cannot be investigated.

    References: FSBP MQ.2, Config mq-cloudwatch-audit-log-enabled,
    Config mq-broker-general-logging-enabled, Checkov CKV_AWS_48, Checkov CKV_AWS_197
    """
    engine = broker.get("engineType")
    is_activemq = isinstance(engine, str) and engine.lower() == "activemq"
    off = [
        f"logs.{one}=True"
        for one in ("general", *(["audit"] if is_activemq else []))
        if (value := broker.get(f"logs.{one}")) is not UNKNOWN and not is_true(value)
    ]
    if off:
        yield (
            f"The message broker '{broker.name}' must export its logs to CloudWatch: set"
            f" {' and '.join(off)}."
        )


@require_value(BROKER, path="publiclyAccessible", value=False)
@classify("security", "messaging", "high", "mandatory")
def mq_not_public() -> None:
    """Message brokers must not be publicly accessible.

    A public broker can be attacked from the internet, with only its password as protection.

    References: Config mq-no-public-access, Checkov CKV_AWS_69, Trivy AWS-0072
    """


@require_value(BROKER, path="autoMinorVersionUpgrade", remediates=True)
@classify("security", "messaging", "low", "advisory")
def mq_minor_upgrades() -> None:
    """Message brokers must install minor versions automatically.

    Minor versions contain security fixes.

    References: Config mq-auto-minor-version-upgrade-enabled, Checkov CKV_AWS_207
    """


@rule(BROKER)
@classify("security", "messaging", "low", "advisory", when="sensitive")
def mq_own_key(broker: Resource) -> Messages:
    """Message brokers with sensitive messages must be encrypted with a customer managed key.

    A customer managed key's policy controls who can decrypt the messages.

    References: Checkov CKV_AWS_209
    """
    theirs = broker.get("encryptionOptions.useAwsOwnedKey")
    is_own = theirs is UNKNOWN or is_false(theirs)
    if not is_own or not is_customer_managed_key(broker.get("encryptionOptions.kmsKeyId")):
        yield (
            f"The message broker '{broker.name}' must have a customer managed key: set"
            " encryption_options.kms_key_id and use_aws_owned_key=False."
        )


@rule(BROKER, params={"minimum": {"ActiveMQ": "5.18", "RabbitMQ": "3.13"}})
@classify("architecture", "messaging", "medium", "advisory")
def mq_version_supported(broker: Resource) -> Messages:
    """Message brokers must run a version that AWS supports.

    Unsupported versions get no security fixes, and AWS upgrades them on its own schedule.

    References: Config active-mq-supported-version, Config rabbit-mq-supported-version,
    Checkov CKV_AWS_208
    """
    engine, version = broker.get("engineType"), broker.get("engineVersion")
    least = _least_version(broker.params["minimum"], engine)
    if least is None or version is UNKNOWN or _parts(version) >= _parts(least):
        return
    yield (
        f"The message broker '{broker.name}' must run a supported version: set engine_version to"
        f" {least} or newer."
    )


def _least_version(minimum: dict[str, str], engine: Any) -> str | None:
    wanted = engine.lower() if isinstance(engine, str) else ""
    return next((least for name, least in minimum.items() if name.lower() == wanted), None)


def _parts(version: Any) -> tuple[int, ...]:
    """Return the numbers of a version; an empty result for an invalid one."""
    text = f"{version:g}" if isinstance(version, float) else version
    found = text.split(".") if isinstance(text, str) else []
    return tuple(int(one) for one in found if one.isdecimal())


@stack_rule(BROKER)
@classify("security", "identity", "critical", "mandatory")
def mq_passwords_not_literal(stack: Stack) -> Findings:
    """Passwords of brokers must not be literals in the program.

    A password in the program is visible in source control and to everyone with a checkout.
    """
    for broker in stack.of_type(BROKER):
        literal = [one for one in broker.all("users.password") if isinstance(one, str) and one]
        if literal and stack.refers_outside_stack(broker, "users.password"):
            yield broker.finding(
                f"The broker '{broker.name}' must take its passwords from a secret: set"
                " users.password to an output, such as a random password."
            )
