"""Which definitions of state machines the local cloud runs."""

import json
from types import SimpleNamespace

import pytest

from components.service.scheduled_job import JobPlan, _definition
from localcloud.aws.stepfunctions.definitions import problem, unsupported

TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}


def machine(state, **more):
    return json.dumps({"StartAt": "a", "States": {"a": state}, **more})


def test_the_state_machine_of_a_job_runs():
    work = SimpleNamespace(
        resource="arn:aws:states:::ecs:runTask.sync", parameters={"Cluster": "c"}
    )
    args = SimpleNamespace(service="orders", job="reconcile", plan=JobPlan(), work=work)

    text = json.dumps(_definition(args, "https://queue"))

    assert (problem(text), unsupported(text)) == (None, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "INVALID_JSON_DESCRIPTION"),
        ("{}", "SCHEMA_VALIDATION_FAILED"),
        (json.dumps({"StartAt": "b", "States": {"a": TASK}}), "Missing 'StartAt' target: b"),
        (machine({**TASK, "End": False}), "States/a/Next"),
        (machine({**TASK, "Next": "b"}), "States/a/Next' target: b"),
        (machine({**TASK, "Catch": [{"ErrorEquals": ["x"], "Next": "c"}]}), "a/Catch/Next"),
    ],
)
def test_a_definition_that_aws_refuses_is_refused(text, reason):
    assert reason in problem(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (machine({"Type": "Wait", "Seconds": 1, "End": True}), "'a' of type Wait"),
        (machine({**TASK, "Resource": "arn:aws:states:::sns:publish"}), "sns:publish"),
        (machine({**TASK, "HeartbeatSeconds": 5}), "HeartbeatSeconds of the state 'a'"),
        (machine({**TASK, "Retry": [{"ErrorEquals": ["x"], "MaxDelaySeconds": 1}]}), "MaxDelay"),
        (machine({**TASK, "Parameters": {"a.$": "States.UUID()"}}), "'States.UUID()'"),
        (machine(TASK, TimeoutSeconds=9), "TimeoutSeconds of a state machine"),
        (machine(TASK, QueryLanguage="JSONata"), "JSONata"),
    ],
)
def test_what_is_not_run_is_named(text, named):
    assert named in unsupported(text)


def test_an_express_state_machine_is_not_run():
    assert "EXPRESS" in unsupported(machine(TASK), "EXPRESS")
