"""What a load balancer answers when nothing runs behind it on this machine."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from localcloud.runtime.frontdoor.balancer.target_group import TargetState
from localcloud.runtime.frontdoor.balancer.unserved import UnservedReasons
from localcloud.stopped import NOT_RUN
from tests.localcloud.runtime.frontdoor.balancer.listener_rules import forward
from tests.localcloud.runtime.frontdoor.conftest import GROUP

CLUSTERS = ("shop", "gone")


class Aws:
    """Knows one ECS service behind the target group."""

    def __init__(self, reason):
        self.reason = reason
        self.calls = 0

    async def __call__(self, _service, operation, **parameters):
        self.calls += 1
        if parameters.get("cluster") == "gone":
            raise ClientError({"Error": {"Code": "ClusterNotFoundException"}}, operation)
        service = {
            "serviceName": "web",
            "deployments": [{"rolloutStateReason": self.reason}],
            "loadBalancers": [{"targetGroupArn": GROUP}, {"loadBalancerName": "classic"}],
        }
        return {
            "ListClusters": {"clusterArns": CLUSTERS},
            "ListServices": {"serviceArns": ["web"]},
            "DescribeServices": {"services": [service]},
        }[operation]


async def answer(served, url):
    async with served.client.get(url) as got:
        return got.status, await got.text()


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (f"{NOT_RUN}no image.", f"The ECS service web has no tasks. {NOT_RUN}no image."),
        ("ECS deployment completed.", "503 Service Temporarily Unavailable"),
    ],
)
async def test_a_service_without_tasks_is_named_with_its_reason(open_door, reason, text):
    aws = Aws(reason)
    async with open_door() as served:
        served.door.reasons = UnservedReasons(aws)
        await served.group()
        url = await served.listen(forward())

        answers = [await answer(served, url) for _ in range(2)]

    assert {status for status, _ in answers} == {503}
    assert all(text in body for _, body in answers)
    assert aws.calls == 4  # the second request uses what the first has read


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("i-0123456789abcdef0", "an EC2 instance: nothing runs on it"),
        ("arn:aws:lambda:eu-west-1:000000000000:function:hello", "does not invoke functions"),
    ],
)
async def test_a_target_without_an_address_is_named_and_is_unhealthy(open_door, target, what):
    async with open_door() as served:
        served.door.reasons = UnservedReasons(Aws(""))
        await served.group(f"{target}:80", unhealthy_threshold=1)
        url = await served.listen(forward())

        status, text = await answer(served, url)

        await served.state(TargetState.UNHEALTHY, f"{target}:80")
    assert status == 503
    assert text.startswith(f"The target {target} is ")
    assert what in text


async def test_a_group_with_targets_is_not_asked_about(open_door):
    aws = Aws(f"{NOT_RUN}no image.")
    async with open_door() as served:
        served.door.reasons = UnservedReasons(aws)
        await served.group("127.0.0.1:1", unhealthy_threshold=1)
        url = await served.listen(forward())

        assert (await answer(served, url))[0] == 503
    assert aws.calls == 0


async def test_a_reason_that_cannot_be_read_is_none(open_door):
    async def unreachable(_group):
        raise OSError("gone")

    async with open_door() as served:
        served.door.reasons = unreachable
        await served.group()
        url = await served.listen(forward())

        assert (await answer(served, url))[0] == 503
