"""Rules on Amazon MQ brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.keys import is_customer_managed_key
from policy.engine.requirement import require_value
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, When, rule, stack_rule
from policy.engine.values import UNKNOWN, is_false, is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

BROKER = "aws:mq/broker:Broker"


@require_value(
    BROKER,
    path="deploymentMode",
    value=("ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ"),
    pack=Pack.RELIABILITY,
    concern=Concern.RESILIENCE,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.PRODUCTION,
    why="A single-instance broker is unavailable during maintenance and Availability Zone outages.",
    references=("Config mq-active-deployment-mode", "Config mq-rabbit-deployment-mode"),
)
def mq_highly_available() -> None:
    """Message brokers must have a standby in another Availability Zone."""


@rule(
    BROKER,
    pack=Pack.AUDIT,
    concern=Concern.OBSERVABILITY,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without logs, connection problems and user changes cannot be investigated.",
    references=(
        "FSBP MQ.2",
        "Config mq-cloudwatch-audit-log-enabled",
        "Config mq-broker-general-logging-enabled",
        "Checkov CKV_AWS_48",
        "Checkov CKV_AWS_197",
    ),
)
def mq_logs(broker: Resource) -> Iterator[str]:
    """Message brokers must send their logs to CloudWatch."""
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


@require_value(
    BROKER,
    path="publiclyAccessible",
    value=False,
    pack=Pack.SECURITY,
    concern=Concern.MESSAGING,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A public broker can be attacked from the internet, with only its password as protection.",
    references=("Config mq-no-public-access", "Checkov CKV_AWS_69", "Trivy AWS-0072"),
)
def mq_not_public() -> None:
    """Message brokers must not be publicly accessible."""


@require_value(
    BROKER,
    path="autoMinorVersionUpgrade",
    remediates=True,
    pack=Pack.SECURITY,
    concern=Concern.MESSAGING,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Minor versions contain security fixes.",
    references=("FSBP MQ.3", "Config mq-auto-minor-version-upgrade-enabled", "Checkov CKV_AWS_207"),
)
def mq_minor_upgrades() -> None:
    """Message brokers must install minor versions automatically."""


@rule(
    BROKER,
    pack=Pack.SECURITY,
    concern=Concern.MESSAGING,
    severity=Severity.LOW,
    level=Level.ADVISORY,
    when=When.SENSITIVE,
    why="A customer managed key's policy controls who can decrypt the messages.",
    references=("Checkov CKV_AWS_209",),
)
def mq_own_key(broker: Resource) -> Iterator[str]:
    """Message brokers with sensitive messages must be encrypted with a customer managed key."""
    theirs = broker.get("encryptionOptions.useAwsOwnedKey")
    is_own = theirs is UNKNOWN or is_false(theirs)
    if not is_own or not is_customer_managed_key(broker.get("encryptionOptions.kmsKeyId")):
        yield (
            f"The message broker '{broker.name}' must have a customer managed key: set"
            " encryption_options.kms_key_id and use_aws_owned_key=False."
        )


@rule(
    BROKER,
    pack=Pack.ARCHITECTURE,
    concern=Concern.MESSAGING,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Unsupported versions get no security fixes, and AWS upgrades them on its own schedule.",
    params={"minimum": {"ActiveMQ": "5.18", "RabbitMQ": "3.13"}},
    references=(
        "Config active-mq-supported-version",
        "Config rabbit-mq-supported-version",
        "Checkov CKV_AWS_208",
    ),
)
def mq_version_supported(broker: Resource) -> Iterator[str]:
    """Message brokers must run a version that AWS supports."""
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


@stack_rule(
    BROKER,
    pack=Pack.SECURITY,
    concern=Concern.IDENTITY,
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why="A password in the program is visible in source control and to everyone with a checkout.",
)
def mq_passwords_not_literal(stack: Stack) -> Iterator[Finding]:
    """Passwords of brokers must not be literals in the program."""
    for broker in stack.of_type(BROKER):
        literal = [one for one in broker.all("users.password") if isinstance(one, str) and one]
        if literal and stack.refers_outside_stack(broker, "users.password"):
            yield Finding(
                f"The broker '{broker.name}' must take its passwords from a secret: set"
                " users.password to an output, such as a random password.",
                broker.urn,
            )
