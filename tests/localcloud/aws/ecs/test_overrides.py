from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

NETWORK = {"awsvpcConfiguration": {"subnets": []}}


@pytest.fixture(scope="module")
def network(cloud):
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    return {"awsvpcConfiguration": {"subnets": [subnet]}}


@pytest.fixture(scope="module")
def definition(cloud):
    def register():
        answer = cloud.client("ecs").register_task_definition(
            family="orders",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=[{"name": "main", "image": "orders@sha256:0", "essential": True}],
        )
        return answer["taskDefinition"]["taskDefinitionArn"]

    cloud.client("ecs").create_cluster(clusterName="shop")
    return register


@pytest.fixture
def service(cloud, network, definition, request):
    return cloud.client("ecs").create_service(
        cluster="shop",
        serviceName=request.node.name[:60],
        taskDefinition=definition(),
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration=network,
        healthCheckGracePeriodSeconds=45,
        deploymentConfiguration={
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "minimumHealthyPercent": 50,
        },
    )["service"]


def describe(cloud, service):
    arn = service["serviceArn"]
    return cloud.client("ecs").describe_services(cluster="shop", services=[arn])["services"][0]


def test_deployment_settings_are_kept(cloud, service):
    found = describe(cloud, service)

    assert found["deploymentConfiguration"] == {
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "maximumPercent": 200,
        "minimumHealthyPercent": 50,
    }
    assert found["healthCheckGracePeriodSeconds"] == 45


def test_a_service_says_what_the_workers_reported(cloud, service):
    cloud.request(
        "PUT",
        "ecs/services",
        {
            "serviceArn": service["serviceArn"],
            "runningCount": 2,
            "pendingCount": 0,
            "rolloutState": "COMPLETED",
            "rolloutStateReason": "done",
            "events": ["it has reached a steady state"],
        },
    )

    found = describe(cloud, service)
    assert (found["runningCount"], found["pendingCount"]) == (2, 0)
    assert found["deployments"][0]["rolloutState"] == "COMPLETED"
    assert found["deployments"][0]["runningCount"] == 2
    assert found["events"][0]["message"] == "it has reached a steady state"


def test_a_late_report_on_a_replaced_deployment_says_nothing_about_the_new_one(cloud, service):
    cloud.request(
        "PUT",
        "ecs/services",
        {
            "serviceArn": service["serviceArn"],
            "deploymentId": "ecs-svc/replaced",
            "runningCount": 1,
            "rolloutState": "COMPLETED",
        },
    )

    found = describe(cloud, service)
    assert found["runningCount"] == 1
    assert found["deployments"][0]["rolloutState"] == "IN_PROGRESS"


def test_another_task_definition_is_another_deployment_until_it_is_complete(
    cloud, service, definition
):
    new = definition()
    cloud.client("ecs").update_service(
        cluster="shop", service=service["serviceArn"], taskDefinition=new
    )

    during = describe(cloud, service)
    assert [one["status"] for one in during["deployments"]] == ["PRIMARY", "ACTIVE"]
    assert during["deployments"][0]["taskDefinition"] == new
    assert during["deployments"][0]["rolloutState"] == "IN_PROGRESS"

    done = {"serviceArn": service["serviceArn"], "rolloutState": "COMPLETED", "runningCount": 2}
    cloud.request("PUT", "ecs/services", done)
    assert len(describe(cloud, service)["deployments"]) == 1


def test_scaling_is_no_new_deployment_and_leaves_the_running_count(cloud, service):
    before = describe(cloud, service)["deployments"][0]["id"]

    cloud.client("ecs").update_service(
        cluster="shop", service=service["serviceName"], desiredCount=5
    )

    found = describe(cloud, service)
    assert (found["desiredCount"], found["runningCount"]) == (5, 0)
    assert found["deployments"][0]["id"] == before


def test_a_deleted_service_is_not_listed(cloud, service):
    cloud.client("ecs").delete_service(cluster="shop", service=service["serviceName"], force=True)

    assert (
        service["serviceArn"]
        not in cloud.client("ecs").list_services(cluster="shop")["serviceArns"]
    )
    assert describe(cloud, service)["status"] == "INACTIVE"


def test_a_one_off_task_waits_for_the_workers_and_ends_as_they_say(cloud, network, definition):
    ecs = cloud.client("ecs")
    [task] = ecs.run_task(
        cluster="shop",
        taskDefinition=definition(),
        launchType="FARGATE",
        networkConfiguration=network,
        overrides={"containerOverrides": [{"name": "main", "command": ["migrate"]}]},
    )["tasks"]
    arn = task["taskArn"]
    assert (task["lastStatus"], task["desiredStatus"]) == ("PROVISIONING", "RUNNING")
    assert arn in ecs.list_tasks(cluster="shop")["taskArns"]
    assert task["overrides"]["containerOverrides"][0]["command"] == ["migrate"]

    cloud.request(
        "PUT",
        "ecs/tasks",
        {
            "taskArn": arn,
            "clusterArn": task["clusterArn"],
            "taskDefinitionArn": task["taskDefinitionArn"],
            "group": task["group"],
            "lastStatus": "STOPPED",
            "desiredStatus": "STOPPED",
            "stoppedReason": "Essential container in task exited",
            "containers": [{"name": "main", "exitCode": 3, "lastStatus": "STOPPED"}],
        },
    )

    [found] = ecs.describe_tasks(cluster="shop", tasks=[arn])["tasks"]
    assert found["lastStatus"] == "STOPPED"
    assert found["containers"][0]["exitCode"] == 3
    assert found["stoppedReason"] == "Essential container in task exited"
    assert arn not in ecs.list_tasks(cluster="shop")["taskArns"]
    assert arn in ecs.list_tasks(cluster="shop", desiredStatus="STOPPED")["taskArns"]


def test_a_services_task_reported_by_the_workers_is_described_and_can_be_stopped(
    cloud, service, definition
):
    ecs = cloud.client("ecs")
    arn = "arn:aws:ecs:eu-west-1:000000000000:task/shop/0123456789abcdef0123456789abcdef"
    cloud.request(
        "PUT",
        "ecs/tasks",
        {
            "taskArn": arn,
            "clusterArn": service["clusterArn"],
            "taskDefinitionArn": service["taskDefinition"],
            "group": f"service:{service['serviceName']}",
            "lastStatus": "RUNNING",
            "desiredStatus": "RUNNING",
            "privateIp": "127.0.0.1",
            "hostPort": 21001,
            "containers": [{"name": "main", "lastStatus": "RUNNING"}],
        },
    )

    listed = ecs.list_tasks(cluster="shop", serviceName=service["serviceName"])["taskArns"]
    [found] = ecs.describe_tasks(cluster="shop", tasks=[arn])["tasks"]
    assert listed == [arn]
    assert found["taskArn"] == arn
    assert found["containers"][0]["networkBindings"][0]["hostPort"] == 21001

    stopping = ecs.stop_task(cluster="shop", task=arn, reason="enough")["task"]
    assert (stopping["desiredStatus"], stopping["lastStatus"]) == ("STOPPED", "RUNNING")


def test_a_report_on_an_unknown_service_is_refused(cloud):
    arn = "arn:aws:ecs:eu-west-1:000000000000:service/shop/none"

    status, body = cloud.request("PUT", "ecs/services", {"serviceArn": arn})

    assert status == 404
    assert "none" in body["error"]


def test_a_service_is_not_made_twice(cloud, service, network):
    with pytest.raises(ClientError, match="idempotent"):
        cloud.client("ecs").create_service(
            cluster="shop",
            serviceName=service["serviceName"],
            taskDefinition=service["taskDefinition"],
            desiredCount=1,
            networkConfiguration=network,
        )
