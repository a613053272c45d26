"""Physical names stay within what AWS allows, whatever a description and an environment say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from components.microservice import Microservice
from services.catalogue import SpecError, load_catalogue
from stacks.artifacts import Artifacts, FunctionArchive, Image
from stacks.compute import ComputeSettings
from stacks.from_spec import Surroundings, microservice_args
from stacks.place import Place

ROOT = Path(__file__).resolve().parents[2]
LONGEST_ENVIRONMENT = "e" * 12
LIMITS = {
    "aws:apigatewayv2/api:Api": 128,
    "aws:apigatewayv2/authorizer:Authorizer": 128,
    "aws:appautoscaling/policy:Policy": 256,
    "aws:cloudwatch/logGroup:LogGroup": 512,
    "aws:cloudwatch/metricAlarm:MetricAlarm": 255,
    "aws:cognito/userPool:UserPool": 128,
    "aws:cognito/userPoolClient:UserPoolClient": 128,
    "aws:dynamodb/table:Table": 255,
    "aws:ec2/securityGroup:SecurityGroup": 255,
    "aws:ecr/repository:Repository": 256,
    "aws:ecs/cluster:Cluster": 255,
    "aws:ecs/service:Service": 255,
    "aws:iam/role:Role": 64,
    "aws:iam/rolePolicy:RolePolicy": 128,
    "aws:kms/alias:Alias": 256,
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
SHAPES = {
    "routed": lambda _: {"compute": CONTAINER, "routes": [ROUTE]},
    "process": lambda part: {"compute": CONTAINER, "processes": {part: {"command": ["it"]}}},
    "database": lambda part: {"compute": CONTAINER, "stores": {part: DATABASE}},
    "table": lambda part: {"compute": {"kind": "lambda"}, "stores": {part: TABLE}},
    "queue": lambda part: {
        "compute": {"kind": "lambda"},
        "routes": [ROUTE],
        "publishes": [part],
        "consumes": {part: {}},
    },
}
lengths = st.integers(1, 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("services")
    (made / "roles.yaml").write_text("customer: Buys.\n")
    (made / "function.zip").write_bytes(b"PK")
    return made


@settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
@given(shape=st.sampled_from(sorted(SHAPES)), service=lengths, part=lengths)
@example(shape="routed", service=25, part=1)
@example(shape="process", service=15, part=15)
@example(shape="process", service=1, part=29)
@example(shape="database", service=12, part=13)
@example(shape="database", service=24, part=1)
@example(shape="table", service=30, part=30)
@example(shape="queue", service=18, part=19)
@example(shape="queue", service=30, part=7)
def test_each_name_of_a_description_that_is_accepted_fits(  # noqa: PLR0913, PLR0917 - fixtures
    build, platform, folder, shape, service, part
):
    name, part = "s" * service, "p" * part
    spec = {
        "name": name,
        "description": "Works.",
        "owner": "team",
        "tier": "standard",
        **SHAPES[shape](part),
    }
    assume(described := _accepted(folder, spec))
    around = Surroundings(
        place=Place(environment="test", account="123456789012", region="eu-west-1"),
        platform=platform,
        compute=ComputeSettings(),
        artifacts=Artifacts(
            functions={
                name: FunctionArchive(archive=str(folder / "function.zip"), sha256="0" * 64)
            },
            images={name: Image(digest=f"sha256:{'1' * 64}")},
        ),
        topic_arns={part: "arn:topic"},
        callees={},
        priorities={"GET /it": 1},
    )

    made = build(lambda: Microservice(name, microservice_args(described, around)))

    assert _too_long(made) == []


def _accepted(folder, spec):
    own = folder / spec["name"]
    own.mkdir(exist_ok=True)
    file = own / "service.yaml"
    file.write_text(yaml.safe_dump(spec))
    try:
        return load_catalogue(folder).services[spec["name"]]
    except SpecError:
        return None
    finally:
        file.unlink()
