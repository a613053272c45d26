"""Tests of policy.rules.general.components."""

import pytest

from policy.rules.general.components import raw_store_outside_component
from policy.testing import check_stack, messages, resource, stack, urn

ROOT = "urn:pulumi:test::bulkhead::pulumi:pulumi:Stack::bulkhead-test"
OURS = "bulkhead:data:Bucket"
WHOLE = {
    "aws:rds/instance:Instance": {"engine": "postgres", "instanceClass": "db.t4g.small"},
    "aws:rds/cluster:Cluster": {"engine": "aurora-postgresql"},
    "aws:dynamodb/table:Table": {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}]},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"description": "carts"},
    "aws:elasticache/serverlessCache:ServerlessCache": {"name": "shop", "engine": "valkey"},
    "aws:s3/bucket:Bucket": {"bucket": "shop"},
    "aws:sqs/queue:Queue": {"name": "shop"},
    "aws:sns/topic:Topic": {"name": "shop"},
    "aws:ecs/service:Service": {"name": "shop", "cluster": "shop", "desiredCount": 2},
    "aws:lambda/function:Function": {"role": "arn:aws:iam::111122223333:role/shop"},
}


@pytest.mark.parametrize("typ", raw_store_outside_component.types)
def test_raw_store_outside_component(typ):
    def made(parent):
        return resource(typ, "shop", WHOLE[typ], parent=parent)

    theirs = resource("other:index:Box", "box", {}, parent=urn(OURS, "outer"))
    check_stack(
        raw_store_outside_component,
        kept=[
            stack(made(urn(OURS, "shop"))),
            stack(made(urn("other:index:Box", "box", parent=OURS))),
            stack(theirs, made(theirs.urn)),
            stack(resource("aws:sqs/queuePolicy:QueuePolicy", "shop", {}, parent=ROOT)),
        ],
        broken=[
            stack(made("")),
            stack(made(ROOT)),
            stack(made(urn("other:index:Box", "box"))),
        ],
    )


def test_the_type_in_the_urn_says_which_components_hold_a_resource():
    queue = resource("aws:sqs/queue:Queue", "shop", {})
    queue.urn = urn("aws:sqs/queue:Queue", "shop", parent="bulkhead:app:Service$other:index:Box")

    assert messages(raw_store_outside_component, stack(queue)) == []


def test_other_prefixes_can_be_chosen():
    queue = resource("aws:sqs/queue:Queue", "shop", {}, parent=urn("other:index:Box", "box"))
    chosen = {"componentPrefixes": ["other:"]}

    assert messages(raw_store_outside_component, stack(queue), params=chosen) == []
    assert messages(raw_store_outside_component, stack(queue)) != []
