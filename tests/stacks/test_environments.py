"""What each shipped environment promises, built whole."""

from __future__ import annotations

import graphlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from components.alarm_kinds import AlarmKind

ENVIRONMENTS = ["local", "dev", "prod"]
each_environment = pytest.mark.parametrize("name", ENVIRONMENTS)

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
RDS_INSTANCE = "aws:rds/instance:Instance"
NAT = "aws:ec2/natGateway:NatGateway"
SERVICE = "aws:ecs/service:Service"
SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:dynamodb/table:Table"
STATEFUL = [
    CLUSTER,
    TABLE,
    "aws:cognito/userPool:UserPool",
    "aws:kms/key:Key",
    "aws:s3/bucket:Bucket",
]


@each_environment
def test_an_environment_builds_whole(environment, catalogue, name):
    made = environment(name)

    assert {r.name for r in made.all("bulkhead:service:Microservice")} == set(catalogue.services)
    assert {"books", "branches", "fines", "loans", "reminders"} <= set(catalogue.services)


@each_environment
def test_each_role_is_a_group_of_the_user_pool(environment, catalogue, name):
    made = environment(name)

    groups = {group.inputs["name"] for group in made.all("aws:cognito/userGroup:UserGroup")}
    assert groups == set(catalogue.roles) == {"cashier", "librarian", "reader"}


@each_environment
def test_web_pages_of_the_origins_that_a_service_names_may_call_the_api(environment, name):
    [api] = environment(name).all("aws:apigatewayv2/api:Api")

    assert api.inputs["corsConfiguration"] == {
        "allowOrigins": ["https://library.example.com"],
        "allowHeaders": ["authorization", "content-type"],
        "allowMethods": ["GET", "PUT"],
        "maxAge": 600,
    }


@each_environment
def test_everything_is_made_by_one_provider_for_one_account(environment, name):
    made = environment(name)

    [provider] = made.all("pulumi:providers:aws")
    account = {"local": "000000000000", "dev": "111111111111", "prod": "222222222222"}[name]
    assert json.loads(provider.inputs["allowedAccountIds"]) == [account]
    makers = {r.provider.rpartition("::")[0] for r in made.resources if r.typ.startswith("aws:")}
    assert len(makers) == 1
    assert makers.pop().endswith("pulumi:providers:aws::aws")


@each_environment
def test_every_resource_carries_the_tags_that_tell_who_pays_and_who_answers(environment, name):
    made = environment(name)

    [provider] = made.all("pulumi:providers:aws")
    tags = json.loads(provider.inputs["defaultTags"])["tags"]
    assert sorted(tags) == ["cost-centre", "environment", "owner", "service"]
    assert tags["environment"] == name


@each_environment
def test_no_two_resources_of_a_type_share_a_name(environment, name):
    made = environment(name)

    counted = Counter((r.typ, r.name) for r in made.resources)
    assert [key for key, count in counted.items() if count > 1] == []


@each_environment
def test_the_resources_need_each_other_in_no_circle(environment, name):
    made = environment(name)

    graph = {}
    for request in made.requests.values():
        urn = f"{request.type}::{request.name}"
        graph[urn] = {
            f"{d.split('::')[2].split('$')[-1]}::{d.split('::')[3]}" for d in request.dependencies
        }
    order = list(graphlib.TopologicalSorter(graph).static_order())
    assert len(order) >= len(made.resources)


@each_environment
def test_what_an_environment_exports_is_what_tools_rely_on(environment, name):
    made = environment(name)

    assert sorted(made.exports) == [
        "api_endpoint",
        "api_id",
        "services",
        "shop_listener_arn",
        "shop_url",
        "user_pool_client_id",
        "user_pool_id",
    ]
    services = made.exports["services"]
    assert services["loans"]["kind"] == "fargate"
    assert sorted(services["loans"]["service_arns"]) == ["main", "publisher"]
    assert services["books"]["kind"] == "lambda"


@each_environment
def test_nothing_is_sent_to_where_an_alarm_would_not_be_heard(environment, name):
    made = environment(name)

    alarms = made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarms
    alarms += made.all("aws:cloudwatch/compositeAlarm:CompositeAlarm")
    topics = {"arn:aws:test:::alarms-topic", "arn:aws:test:::tickets-topic"}
    rules = " ".join(alarm.inputs.get("alarmRule", "") for alarm in alarms)
    for alarm in alarms:
        read = f'ALARM("{alarm.inputs.get("name", alarm.name)}")' in rules
        assert read or topics & set(alarm.inputs["alarmActions"]), alarm.name


@each_environment
def test_the_text_of_each_alarm_links_to_a_section_of_the_runbooks(environment, name):
    made = environment(name)
    page = (Path(__file__).parents[2] / "docs" / "runbooks.md").read_text()
    headings = re.findall(r"^### (.+)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^a-z -]", "", one.lower()).replace(" ", "-") for one in headings}

    alarms = made.all("aws:cloudwatch/metricAlarm:MetricAlarm")
    alarms += made.all("aws:cloudwatch/compositeAlarm:CompositeAlarm")

    assert anchors == set(AlarmKind)
    for alarm in alarms:
        text, _, anchor = alarm.inputs["alarmDescription"].rpartition(" - docs/runbooks.md#")
        assert text, alarm.name
        assert anchor in anchors, alarm.name


@each_environment
def test_every_log_line_is_forgotten_after_a_while_and_encrypted(environment, name):
    made = environment(name)

    groups = made.all("aws:cloudwatch/logGroup:LogGroup")
    assert all(group.inputs["retentionInDays"] > 0 for group in groups)
    assert {group.inputs["kmsKeyId"] for group in groups} == {f"arn:aws:test:::{name}-key"}


STATE_MACHINES_LOGS_AND_TRACES = {
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
}


@each_environment
def test_only_actions_without_a_resource_are_allowed_on_all_of_them(environment, name):
    made = environment(name)

    wide = {
        action
        for policy in made.all("aws:iam/rolePolicy:RolePolicy")
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        if "*" in statement["Resource"]
        for action in statement["Action"]
    }
    assert wide <= {
        "cloudwatch:PutMetricData",  # for one namespace only
        "dynamodb:ListStreams",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ecr:GetAuthorizationToken",
        *STATE_MACHINES_LOGS_AND_TRACES,
        "sts:GetWebIdentityToken",  # for named audiences only
        "xray:PutSpans",
        "xray:PutSpansForIndexing",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    }


def test_the_policies_of_the_role_that_renews_passwords_do_not_grow_with_the_databases(environment):
    made = environment("prod")

    policies = {
        policy.name
        for policy in made.all("aws:iam/rolePolicy:RolePolicy")
        if policy.inputs["role"] == "credentials-rotation-role"
    }

    assert policies == {"credentials-rotation-role-policy", "credentials-rotation-access-policy"}


def _short(urn: str) -> str:
    _, _, types, name = urn.split("::")
    return f"{types.split('$')[-1]}::{name}"


@pytest.mark.parametrize(("name", "zones"), [("local", 2), ("dev", 2), ("prod", 3)])
def test_an_environment_spans_its_zones(environment, name, zones):
    made = environment(name)

    assert len({s.inputs["availabilityZone"] for s in made.all(SUBNET)}) == zones
    assert len(made.all(SUBNET)) == 3 * zones


@pytest.mark.parametrize(("name", "gateways"), [("local", 1), ("dev", 1), ("prod", 3)])
def test_only_production_keeps_its_way_out_when_a_zone_fails(environment, name, gateways):
    assert len(environment(name).all(NAT)) == gateways


@pytest.mark.parametrize(("name", "protected"), [("local", False), ("dev", False), ("prod", True)])
def test_only_production_cannot_lose_its_stores_by_accident(environment, name, protected):
    made = environment(name)

    stateful = [r for typ in STATEFUL for r in made.all(typ)]
    assert {made.request(r).protect for r in stateful} == {protected}
    assert {r.inputs["deletionProtection"] for r in made.all(CLUSTER)} == {protected}
    assert {r.inputs["deletionProtectionEnabled"] for r in made.all(TABLE)} == {protected}


@pytest.mark.parametrize(("name", "days"), [("local", 7), ("dev", 7), ("prod", 30)])
def test_production_keeps_backups_for_a_month_and_others_for_a_week(environment, name, days):
    made = environment(name)

    assert {c.inputs["backupRetentionPeriod"] for c in made.all(CLUSTER)} == {days}


@pytest.mark.parametrize(("name", "servers"), [("local", 1), ("dev", 1), ("prod", 2)])
def test_only_production_pays_for_a_second_database_server(environment, name, servers):
    clusters = environment(name).all(CLUSTER)

    assert len(environment(name).all(INSTANCE)) == servers * len(clusters)
    zones = {one.inputs["multiAz"] for one in environment(name).all(RDS_INSTANCE)}
    assert zones == {servers > 1}


@pytest.mark.parametrize(
    ("name", "counts"),
    [("local", (2, 1)), ("dev", (2, 1)), ("prod", (2, 2))],
)
def test_production_runs_two_of_everything(environment, name, counts):
    made = environment(name)

    main = made.one(SERVICE, "loans-service").inputs["desiredCount"]
    publisher = made.one(SERVICE, "loans-publisher-service").inputs["desiredCount"]
    assert (main, publisher) == counts


@pytest.mark.parametrize(("name", "allowed"), [("local", True), ("dev", True), ("prod", False)])
def test_no_password_is_sent_in_production(environment, name, allowed):
    [client] = environment(name).all("aws:cognito/userPoolClient:UserPoolClient")

    assert ("ALLOW_USER_PASSWORD_AUTH" in client.inputs["explicitAuthFlows"]) is allowed


def test_only_the_laptop_is_reached_by_addresses_that_are_made_up(environment):
    domains = {
        name: [
            d.inputs["domainName"]
            for d in environment(name).all("aws:apigatewayv2/domainName:DomainName")
        ]
        for name in ENVIRONMENTS
    }

    assert domains == {"local": [], "dev": ["api.dev.example.com"], "prod": ["api.example.com"]}
