"""What the rules on the logs of state machines accept and refuse."""

from policy.rules.observability.stepfunctions import sfn_logging, sfn_tracing
from policy.testing import check, unknown

MACHINE = "aws:sfn/stateMachine:StateMachine"
GROUP = "arn:aws:logs:eu-west-1:1:log-group:/aws/vendedlogs/states/order:*"
WHOLE = {
    "name": "place-order",
    "roleArn": "arn:aws:iam::1:role/place-order",
    "definition": '{"StartAt": "Pay", "States": {"Pay": {"Type": "Succeed"}}}',
    "loggingConfiguration": {"level": "ERROR", "logDestination": GROUP},
    "tracingConfiguration": {"enabled": True},
}


def test_sfn_logging():
    check(
        sfn_logging,
        MACHINE,
        WHOLE,
        kept=[{"loggingConfiguration": {"level": "ALL", "logDestination": unknown}}],
        broken=[
            {"loggingConfiguration": None},
            {"loggingConfiguration": {"level": "OFF", "logDestination": GROUP}},
            {"loggingConfiguration": {"level": "FATAL", "logDestination": GROUP}},
            {"loggingConfiguration": {"level": "ALL"}},
        ],
        unknown_at=["loggingConfiguration"],
    )


def test_sfn_tracing():
    check(
        sfn_tracing,
        MACHINE,
        WHOLE,
        broken=[{"tracingConfiguration": None}, {"tracingConfiguration": {"enabled": False}}],
        unknown_at=["tracingConfiguration"],
    )
