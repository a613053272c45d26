"""APIs made with a target."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:hello"


def make(client, **members):
    return client.create_api(Name="quick", ProtocolType="HTTP", **members)["ApiId"]


def parts(client, api):
    integrations = client.get_integrations(ApiId=api)["Items"]
    routes = client.get_routes(ApiId=api)["Items"]
    stages = client.get_stages(ApiId=api)["Items"]
    return integrations, routes, stages


def test_a_target_makes_an_integration_a_catch_all_route_and_a_stage(cloud):
    client = cloud.client("apigatewayv2")

    api = make(client, Target=FUNCTION)

    [integration], [route], [stage] = parts(client, api)
    assert (integration["IntegrationType"], integration["PayloadFormatVersion"]) == (
        "AWS_PROXY",
        "2.0",
    )
    assert integration["IntegrationUri"] == FUNCTION
    assert route["RouteKey"] == "$default"
    assert route["Target"] == f"integrations/{integration['IntegrationId']}"
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    assert all(part["ApiGatewayManaged"] for part in (integration, route, stage))


def test_an_update_changes_the_integration_and_the_route(cloud):
    client = cloud.client("apigatewayv2")
    api = make(client, Target=FUNCTION, RouteKey="GET /", CredentialsArn="arn:aws:iam::0:role/a")

    client.update_api(ApiId=api, Target="http://127.0.0.1:8080/", RouteKey="ANY /{proxy+}")

    [integration], [route], _ = parts(client, api)
    assert (integration["IntegrationType"], integration["IntegrationUri"]) == (
        "HTTP_PROXY",
        "http://127.0.0.1:8080/",
    )
    assert integration["CredentialsArn"] == "arn:aws:iam::0:role/a"
    assert route["RouteKey"] == "ANY /{proxy+}"


@pytest.mark.parametrize(
    ("members", "change"),
    [
        ({"Target": FUNCTION}, {"Target": ""}),
        ({}, {"Target": FUNCTION}),
        ({}, {"RouteKey": "GET /"}),
    ],
)
def test_a_target_is_neither_removed_nor_added_later(cloud, members, change):
    client = cloud.client("apigatewayv2")
    api = make(client, **members)
    before = parts(client, api)

    with pytest.raises(ClientError, match="BadRequestException"):
        client.update_api(ApiId=api, **change)

    assert parts(client, api) == before


def test_the_stage_of_quick_create_is_in_the_way_of_another_of_its_name(cloud):
    client = cloud.client("apigatewayv2")
    api = make(client, Target=FUNCTION)

    with pytest.raises(ClientError, match=r"ConflictException.*Stage already exists"):
        client.create_stage(ApiId=api, StageName="$default")


def test_settings_of_the_stage_are_removed(cloud):
    client = cloud.client("apigatewayv2")
    api = make(client, Target=FUNCTION)
    log = {"DestinationArn": "arn:aws:logs:eu-west-1:000000000000:log-group:a", "Format": "x"}
    client.update_stage(ApiId=api, StageName="$default", AccessLogSettings=log)

    client.delete_access_log_settings(ApiId=api, StageName="$default")

    assert "AccessLogSettings" not in client.get_stage(ApiId=api, StageName="$default")
