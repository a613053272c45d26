"""What a service gets for a relational store: its address, user, permissions and proxy."""

from __future__ import annotations

import dataclasses
import json
from functools import partial

import pytest

from components.service.kinds import Store, StoreContext
from spec.kinds import models
from stacks.kinds.registry import translation

CLUSTER = "aws:rds/cluster:Cluster"
CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
INSTANCE = "aws:rds/instance:Instance"
PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
PROXY = "aws:rds/proxy:Proxy"
SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
WITH_USERS = {
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "aurora-postgresql": "postgres",
    "aurora-mysql": "mysql",
}
WITH_MASTER = ("sqlserver", "oracle", "db2")


@pytest.fixture
def define(build, platform):
    """Define a store of a kind; return its access and what was registered."""

    def made(kind, *, function=False, instances=2, **fields):
        model = models("spec.stores")[kind]
        spec = model.model_validate({"kind": kind, **model.EXAMPLE, **fields})
        protection = dataclasses.replace(platform.data_protection, database_instances=instances)
        found = []

        def program():
            store = Store(define=partial(translation("stacks.kinds.stores", kind).define, spec))
            context = StoreContext(
                service="orders",
                store="books",
                platform=dataclasses.replace(platform, data_protection=protection),
                security_group_id="sg-orders",
                tags=None,
                opts=None,
                connection_per_request=function,
            )
            found.append(store.define(context))

        registered = build(program)
        assert {f"BOOKS_{part}" for part in spec.variables} <= found[0].environment.keys()
        return found[0], registered

    return made


@pytest.mark.parametrize(("kind", "engine"), WITH_USERS.items())
def test_a_service_has_a_user_of_its_own_that_the_rotation_creates(define, kind, engine):
    access, made = define(kind)

    [described] = made.all(SECRET_VERSION)
    secret = json.loads(described.inputs["secretString"]["value"])
    assert (secret["engine"], secret["username"], secret["dbname"]) == (
        engine,
        "orders_books",
        "books",
    )
    assert access.environment["BOOKS_USER"] == "orders_books"
    clients = {one.inputs["referencedSecurityGroupId"] for one in made.all(INGRESS)}
    assert clients == {"sg-orders", "sg-rotation"}
    assert made.all(PROXY) == []


@pytest.mark.parametrize("kind", WITH_MASTER)
def test_other_engines_have_their_master_user_and_no_rotation_of_ours(define, kind):
    access, made = define(kind)

    assert access.environment["BOOKS_USER"] == "platformowner"
    assert made.all(SECRET_VERSION) == []
    assert {one.inputs["referencedSecurityGroupId"] for one in made.all(INGRESS)} == {"sg-orders"}
    read, key = access.statements
    assert (len(read.resources), list(key.resources)) == (1, ["arn:key"])


@pytest.mark.parametrize("kind", ["postgresql", "aurora-mysql", "sqlserver"])
@pytest.mark.parametrize(
    ("function", "fields", "proxied"),
    [
        (False, {}, False),
        (True, {}, True),
        (True, {"proxy": False}, False),
        (False, {"proxy": True}, True),
    ],
)
def test_functions_share_connections_unless_they_say_otherwise(
    define, kind, function, fields, proxied
):
    access, made = define(kind, function=function, **fields)

    proxies = made.all(PROXY)
    assert len(proxies) == proxied
    assert ("BOOKS_DIRECT_HOST" in access.environment) is (fields.get("proxy") is True)
    secrets = 1 if kind == "sqlserver" else 2
    assert [len(one.inputs["auths"]) for one in proxies] == [secrets] * proxied


@pytest.mark.parametrize("kind", ["aurora-postgresql", "aurora-mysql"])
def test_a_database_that_pauses_has_no_proxy_that_would_keep_it_awake(define, kind):
    _, made = define(kind, function=True, min_capacity=0, pause_after_seconds=900)

    assert made.all(PROXY) == []
    [cluster] = made.all(CLUSTER)
    assert cluster.inputs["serverlessv2ScalingConfiguration"]["secondsUntilAutoPause"] == 900


@pytest.mark.parametrize(
    ("fields", "instances", "count"), [({}, 1, 1), ({}, 2, 2), ({"readers": 3}, 1, 4)]
)
def test_readers_are_those_that_are_written_or_the_environments(define, fields, instances, count):
    _, made = define("aurora-mysql", instances=instances, **fields)

    assert len(made.all(CLUSTER_INSTANCE)) == count


@pytest.mark.parametrize(
    ("kind", "fields", "inputs"),
    [
        ("postgresql", {"version": "16"}, {"engineVersion": "16", "multiAz": True}),
        ("mysql", {"instance_class": "db.r8g.large"}, {"instanceClass": "db.r8g.large"}),
        ("mariadb", {"storage_gib": 50}, {"allocatedStorage": 50}),
        ("sqlserver", {"edition": "web"}, {"engine": "sqlserver-web", "multiAz": False}),
        ("sqlserver", {"version": "2019"}, {"engineVersion": "15.00"}),
        (
            "oracle",
            {"license": "bring-your-own-license"},
            {"licenseModel": "bring-your-own-license"},
        ),
        ("oracle", {"version": "21"}, {"engineVersion": "21", "dbName": "books"}),
        ("db2", {"edition": "advanced"}, {"engine": "db2-ae"}),
    ],
)
def test_each_field_reaches_the_instance(define, kind, fields, inputs):
    _, made = define(kind, **fields)

    [instance] = made.all(INSTANCE)
    assert {key: instance.inputs.get(key) for key in inputs} == inputs


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("sqlserver", {"edition": "enterprise"}), ("postgresql", {}), ("mysql", {}), ("mariadb", {})],
)
def test_replicas_are_readers(define, kind, fields):
    access, made = define(kind, read_replicas=1, **fields)

    assert len(made.all(INSTANCE)) == 2
    assert "BOOKS_READER_HOST" in access.environment


def test_ibm_ids_are_parameters(define):
    ids = {"ibm_customer_id": "123", "ibm_site_id": "456"}

    _, made = define("db2", license="bring-your-own-license", **ids)

    set_ = {p["name"]: p["value"] for p in made.all(PARAMETERS)[0].inputs["parameters"]}
    assert (set_["rds.ibm_customer_id"], set_["rds.ibm_site_id"]) == ("123", "456")


def test_the_data_api_is_allowed_where_it_is_on(define):
    without, _ = define("aurora-postgresql")
    with_it, _ = define("aurora-postgresql", data_api=True)

    actions = {action for one in with_it.statements for action in one.actions}
    assert "rds-data:ExecuteStatement" in actions
    assert len(with_it.statements) == len(without.statements) + 1
