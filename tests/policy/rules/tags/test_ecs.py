"""What the rule on the tags of tasks accepts and refuses."""

from policy.rules.tags.ecs import ecs_tags_propagated
from policy.testing import check, resource

SERVICE = "aws:ecs/service:Service"


def test_ecs_tags_propagated():
    check(
        ecs_tags_propagated,
        SERVICE,
        {"name": "orders", "desiredCount": 2, "propagateTags": "SERVICE", "tags": {"a": "b"}},
        kept=[{"propagateTags": "TASK_DEFINITION"}],
        broken=[{"propagateTags": None}, {"propagateTags": "NONE"}, {"propagateTags": ""}],
        unknown_at=["propagateTags"],
    )
    assert ecs_tags_propagated.remediate(resource(SERVICE, "shop", {})) == {
        "propagateTags": "SERVICE"
    }
