"""What the rules on who hears of changes accept and refuse."""

import json

from policy.rules.audit.events import mutating_calls_event_rule
from policy.testing import check_stack, resource, stack, unknown

trail = resource("aws:cloudtrail/trail:Trail", "trail", {"s3BucketName": "files"})
CALL = "AWS API Call via CloudTrail"


def program(*names, to="calls", **props):
    text = json.dumps({"source": ["aws.s3"], "detail-type": list(names)})
    rule = {"name": "calls", "eventPattern": text} | props
    target = {"rule": to, "arn": "arn:aws:lambda:1"}
    return stack(
        trail,
        resource("aws:cloudwatch/eventRule:EventRule", "calls", rule),
        resource("aws:cloudwatch/eventTarget:EventTarget", "to", target),
    )


def test_mutating_calls_event_rule():
    check_stack(
        mutating_calls_event_rule,
        kept=[
            program(CALL),
            program("other", CALL, eventBusName="default", state="ENABLED"),
            program({"prefix": "AWS API Call"}),
            program({"prefix": {"equals-ignore-case": "aws api call"}}),
            program({"suffix": "CloudTrail"}),
            program({"wildcard": "AWS * via *"}),
            program({"equals-ignore-case": CALL.upper()}),
            program(CALL, to=unknown),
            program(eventPattern=unknown),
        ],
        broken=[
            stack(trail),
            program("AWS Console Sign In via CloudTrail"),
            program({"prefix": "EC2"}),
            program({"anything-but": "other"}),
            program(CALL, to="other"),
            program(CALL, state="DISABLED"),
            program(CALL, isEnabled=False),
            program(CALL, eventBusName="shop"),
            program(eventPattern="no JSON"),
            program(eventPattern=None, scheduleExpression="rate(1 day)"),
        ],
    )
