"""Physical names stay within what AWS allows, whatever a description and an environment say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from components.microservice import Microservice
from components.service.queue_sources import BusSource
from spec.catalogue import SpecError, load_catalogue
from stacks.artifacts import Artifacts, FunctionArchive, Image
from stacks.channels import Channel
from stacks.compute import ComputeSettings
from stacks.context import ServiceContext
from stacks.deployment_target import DeploymentTarget
from stacks.from_spec import microservice_args

ROOT = Path(__file__).resolve().parents[2]
LONGEST_ENVIRONMENT = "e" * 12
LIMITS = {
    "aws:apigatewayv2/api:Api": 128,
    "aws:apigatewayv2/authorizer:Authorizer": 128,
    "aws:appautoscaling/policy:Policy": 256,
    "aws:cloudwatch/eventArchive:EventArchive": 48,
    "aws:cloudwatch/eventBus:EventBus": 256,
    "aws:cloudwatch/eventRule:EventRule": 64,
    "aws:cloudwatch/logGroup:LogGroup": 512,
    "aws:cloudwatch/metricAlarm:MetricAlarm": 255,
    "aws:cognito/userPool:UserPool": 128,
    "aws:cognito/userPoolClient:UserPoolClient": 128,
    "aws:dax/parameterGroup:ParameterGroup": 255,
    "aws:dax/subnetGroup:SubnetGroup": 255,
    "aws:dynamodb/table:Table": 255,
    "aws:ec2/securityGroup:SecurityGroup": 255,
    "aws:ecr/repository:Repository": 256,
    "aws:ecs/cluster:Cluster": 255,
    "aws:ecs/service:Service": 255,
    "aws:iam/role:Role": 64,
    "aws:iam/rolePolicy:RolePolicy": 128,
    "aws:kms/alias:Alias": 256,
    "aws:kinesis/stream:Stream": 128,
    "aws:lambda/function:Function": 64,
    "aws:lambda/permission:Permission": 100,
    "aws:lb/loadBalancer:LoadBalancer": 32,
    "aws:lb/targetGroup:TargetGroup": 32,
    "aws:rds/cluster:Cluster": 63,
    "aws:rds/clusterInstance:ClusterInstance": 63,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": 255,
    "aws:rds/subnetGroup:SubnetGroup": 255,
    "aws:s3/bucket:Bucket": 63,
    "aws:secretsmanager/secret:Secret": 512,
    "aws:sns/topic:Topic": 256,
    "aws:sqs/queue:Queue": 80,
}
"""The characters that AWS allows; other types have no name, or one that the program sets."""


def _patterns():
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    naming = project["config"]["pulumi:autonaming"]["value"]
    own = naming["providers"]["aws"]["resources"]
    return {typ: own.get(typ, naming)["pattern"] for typ in LIMITS}


def _physical(pattern, name):
    made = pattern.replace("${project}", "bulkhead").replace("${stack}", LONGEST_ENVIRONMENT)
    return re.sub(r"\$\{hex\((\d+)\)\}", lambda m: "a" * int(m[1]), made.replace("${name}", name))


def _too_long(made):
    patterns = _patterns()
    names = [
        (typ, _physical(pattern, resource.name))
        for typ, pattern in patterns.items()
        for resource in made.all(typ)
    ]
    assert names
    return [(typ, name, len(name)) for typ, name in names if len(name) > LIMITS[typ]]


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_each_name_of_a_shipped_environment_fits_beside_the_longest_environments(environment, name):
    assert _too_long(environment(name)) == []


CONTAINER = {"kind": "fargate", "command": ["python", "-m", "it"]}
ROUTE = {"path": "/it", "methods": ["GET"], "auth": "customer"}
TABLE = {"kind": "dynamodb", "partition_key": {"name": "id"}}
DATABASE = {"kind": "aurora-postgresql"}
CACHED = {**TABLE, "dax": {"node_type": "dax.t3.small"}}
SHAPES = {
    "routed": lambda _: {"compute": CONTAINER, "routes": [ROUTE]},
    "process": lambda part: {"compute": CONTAINER, "processes": {part: {"command": ["it"]}}},
    "database": lambda part: {"compute": CONTAINER, "stores": {part: DATABASE}},
    "bucket": lambda part: {"compute": {"kind": "lambda"}, "stores": {part: {"kind": "s3"}}},
    "table": lambda part: {"compute": {"kind": "lambda"}, "stores": {part: TABLE}},
    "cached-table": lambda part: {"compute": {"kind": "lambda"}, "stores": {part: CACHED}},
    "rotation": lambda part: {
        "compute": {"kind": "lambda"},
        "secrets": {part: {"rotation": {"handler": "renewal.handler"}}},
    },
    "queue": lambda part: {
        "compute": {"kind": "lambda"},
        "routes": [ROUTE],
        "publishes": {part: {"channel": "bus"}},
        "consumes": {part: {}},
    },
}
EXTREMES = [
    ("routed", 25, 1),
    ("process", 15, 15),
    ("process", 1, 29),
    ("database", 12, 13),
    ("database", 24, 1),
    ("bucket", 13, 13),
    ("table", 30, 30),
    ("cached-table", 17, 17),
    ("rotation", 12, 13),
    ("queue", 18, 19),
    ("queue", 30, 7),
]
"""Descriptions with the longest names that are accepted: a shape, and two lengths."""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "roles.yaml").write_text("customer: Buys.\n")
    (tmp_path / "function.zip").write_bytes(b"PK")
    return tmp_path


def test_the_longest_names_of_accepted_descriptions_fit(build, platform, folder):
    def program():
        for shape, service, part in EXTREMES:
            described = _accepted(folder, shape, "s" * service, "p" * part)
            around = _surroundings(platform, folder, described.name, "p" * part)
            Microservice(described.name, microservice_args(described, around))

    assert _too_long(build(program)) == []


@pytest.mark.parametrize(("shape", "service", "part"), EXTREMES)
def test_a_name_with_one_character_more_is_refused(folder, shape, service, part):
    with pytest.raises(SpecError):
        _accepted(folder, shape, "s" * (service + 1), "p" * part)


def _surroundings(platform, folder, name, event):
    bus = Channel(variables={}, statements=[], source=lambda _: BusSource(bus_name="events"))
    zipped = FunctionArchive(archive=str(folder / "function.zip"), sha256="0" * 64)
    return ServiceContext(
        target=DeploymentTarget(environment="test", account="123456789012", region="eu-west-1"),
        platform=platform,
        compute=ComputeSettings(),
        artifacts=Artifacts(
            functions={name: zipped}, images={name: Image(digest=f"sha256:{'1' * 64}")}
        ),
        channels={event: {"bus": bus}},
        queues={},
        senders={},
        callees={},
        priorities={"GET /it": 1},
    )


def _accepted(folder, shape, name, part):
    """Return the description as the catalogue reads it; raise where it is refused."""
    own = folder / name
    own.mkdir(exist_ok=True)
    spec = {"name": name, "description": "Works.", "owner": "team", "tier": "standard"}
    (own / "service.yaml").write_text(yaml.safe_dump(spec | SHAPES[shape](part)))
    try:
        return load_catalogue(folder).services[name]
    finally:
        (own / "service.yaml").unlink()
