"""Rules of a listener: the place of one that names none."""

from __future__ import annotations

from typing import Any

from localcloud.aws.elbv2.resources import listeners as lb_listener
from localcloud.provider.cloud import AwsError
from localcloud.provider.context import Context
from tests.localcloud.provider.examples.lb import LISTENER, listener


class Crowded:
    """A listener of which another rule takes the next place first."""

    def __init__(self) -> None:
        self.taken = [1]

    def call(self, _service: str, _region: str, operation: str, members: Any) -> dict[str, Any]:
        if operation == "DescribeRules":
            return {"Rules": [{"Priority": str(n)} for n in self.taken] + [{"Priority": "default"}]}
        if len(self.taken) == 1:
            self.taken.append(members["Priority"])
            raise AwsError(operation, "PriorityInUse", "The specified priority is in use.")
        return {"Rules": [{"RuleArn": f"rule {members['Priority']}"}]}


def test_a_rule_without_a_place_takes_the_next_one_that_is_free():
    context = Context(
        cloud=Crowded(),  # type: ignore[arg-type]
        type="aws:lb/listenerRule:ListenerRule",
        service="elbv2",
        region="eu-west-1",
        inputs={
            "listenerArn": "arn",
            "actions": [{"type": "forward", "targetGroupArn": "arn"}],
            "conditions": [],
        },
    )

    assert lb_listener.create_rule(context) == "rule 3"


def test_a_listener_of_an_application_load_balancer_is_http_by_default(shared):
    inputs = {key: value for key, value in listener(shared).items() if key != "protocol"}

    made = shared.create(LISTENER, inputs, name="plain")

    assert made.outputs["protocol"] == "HTTP"
    shared.delete(made)
