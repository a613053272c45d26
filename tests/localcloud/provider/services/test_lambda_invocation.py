"""What an invocation as a resource tells its function."""

from __future__ import annotations

import io
import json

import pytest

from localcloud.aws.lambda_.resources import invocations
from localcloud.provider.cloud import AwsError
from localcloud.provider.context import Context

INPUT, BEFORE = '{"n": 2}', '{"n": 1}'


class Cloud:
    """Keeps what a function is told, and answers with it."""

    def __init__(self, error=None):
        self.error = error
        self.told = []

    def call(self, _service, _region, _operation, members):
        self.told.append((members["Qualifier"], json.loads(members["Payload"])))
        answer = {"Payload": io.BytesIO(members["Payload"])}
        return {**answer, "FunctionError": self.error} if self.error else answer


def context(cloud, **inputs):
    return Context(
        cloud=cloud,
        type="aws:lambda/invocation:Invocation",
        service="lambda",
        region="eu-west-1",
        inputs={"functionName": "migrate", "input": INPUT, **inputs},
        old_inputs={"input": BEFORE},
    )


def test_by_default_only_the_create_invokes_with_the_input_as_it_is():
    cloud = Cloud()
    job = context(cloud, qualifier="live")

    id_ = invocations.create(job)
    invocations.delete(job)

    assert cloud.told == [("live", {"n": 2})]
    assert job.outputs["result"] == INPUT
    assert id_.startswith("migrate_live_")


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (invocations.create, {"action": "create", "prev_input": None}),
        (invocations.change, {"action": "update", "prev_input": {"n": 1}}),
        (invocations.delete, {"action": "delete", "prev_input": {"n": 2}}),
    ],
)
def test_with_the_scope_crud_the_function_is_told_the_action_and_the_input_before(action, told):
    cloud = Cloud()

    action(context(cloud, lifecycleScope="CRUD", terraformKey="pulumi"))

    assert cloud.told == [("$LATEST", {"n": 2, "pulumi": told})]


def test_a_function_error_fails_the_deployment():
    with pytest.raises(AwsError, match=r'Invoke: .*"n": 2'):
        invocations.create(context(Cloud(error="Unhandled")))


@pytest.mark.parametrize(("scope", "replaced"), [("CREATE_ONLY", ["input"]), ("CRUD", [])])
def test_another_input_is_another_invocation_unless_the_scope_is_crud(scope, replaced):
    olds = {"input": BEFORE, "lifecycleScope": scope}

    assert list(invocations.replaces(olds, {**olds, "input": INPUT})) == replaced
