"""What a job promises."""

import dataclasses
import json
from types import SimpleNamespace

import pytest

from components.access import Statement
from components.args import InvalidArgError
from components.messaging.schedule import Timing
from components.service.jobs import run_task
from components.service.scheduled_job import JobPlan, ScheduledJob, ScheduledJobArgs, Work

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
MACHINE = "aws:sfn/stateMachine:StateMachine"
WORK = Work(
    resource="arn:aws:states:::lambda:invoke",
    parameters={"FunctionName": "f"},
    statements=[Statement(actions=["lambda:InvokeFunction"], resources=["f"])],
)


@pytest.fixture
def made(build, platform):
    def run(plan):
        args = ScheduledJobArgs(
            service="orders", job="reconcile", plan=plan, work=WORK, platform=platform
        )
        return build(lambda: ScheduledJob("orders-reconcile-job", args))

    return run


def test_a_job_has_a_timeout_two_retries_and_dead_letters(made):
    machine = made(JobPlan(timeout_minutes=10)).one(MACHINE, "orders-reconcile-job-machine").inputs

    states = json.loads(machine["definition"])["States"]
    run, report = states["Run"], states["Report"]
    assert (run["Resource"], run["Parameters"]) == (WORK.resource, WORK.parameters)
    assert run["TimeoutSeconds"] == 600
    assert [(one["ErrorEquals"], one["MaxAttempts"]) for one in run["Retry"]] == [
        (["States.ALL"], 2)
    ]
    assert run["Catch"][0]["Next"] == "Report"
    assert report["Parameters"]["QueueUrl"] == "https://orders-reconcile-job-dead-letters.test"
    assert (report["Next"], states["Failed"]["Type"]) == ("Failed", "Fail")
    assert machine["loggingConfiguration"]["level"] == "ERROR"


def test_a_job_without_a_schedule_has_neither_schedule_nor_alarm_on_absence(made):
    resources = made(JobPlan())

    assert resources.all("aws:scheduler/schedule:Schedule") == []
    metrics = sorted(one.inputs["metricName"] for one in resources.all(ALARM))
    assert metrics == ["ApproximateNumberOfMessagesVisible", "ExecutionsFailed"]


def test_the_absence_of_a_success_is_reported(made):
    plan = JobPlan(timing=Timing(expression="rate(1 day)"), success_hours=26)

    resources = made(plan)

    alarm = resources.one(ALARM, "orders-reconcile-job-absent").inputs
    watched = (alarm["metricName"], alarm["evaluationPeriods"], alarm["period"], alarm["threshold"])
    assert watched == ("ExecutionsSucceeded", 26, 3600, 1)
    assert alarm["treatMissingData"] == "breaching"
    [schedule] = resources.all("aws:scheduler/schedule:Schedule")
    assert schedule.inputs["target"]["arn"] == "arn:aws:test:::orders-reconcile-job-machine"


def test_an_absence_that_no_alarm_can_watch_is_refused():
    with pytest.raises(InvalidArgError, match="success_hours"):
        JobPlan(success_hours=169)


def test_a_job_of_tasks_may_run_that_task_alone_and_pass_its_two_roles(platform):
    task = SimpleNamespace(arn="task:1", role_arn="role", execution_role_arn="starter")
    cluster = SimpleNamespace(arn="cluster")
    where = dataclasses.replace(platform, cluster=cluster)

    work = run_task(task, where, ["group"])

    allowed = {
        action: (one.resources, one.conditions) for one in work.statements for action in one.actions
    }
    own = {"ArnEquals": {"ecs:cluster": "cluster"}}
    assert allowed["ecs:RunTask"] == (["task:1"], own)
    assert allowed["ecs:StopTask"] == (["arn:aws:ecs:eu-west-1:123456789012:task/*"], own)
    assert allowed["iam:PassRole"] == (
        ["role", "starter"],
        {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    )
    network = work.parameters["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert (network["SecurityGroups"], network["AssignPublicIp"]) == (["group"], "DISABLED")
