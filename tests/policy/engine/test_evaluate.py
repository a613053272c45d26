"""What every rule can rely on: levels, exemptions, failures, whatever arrives."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from policy.engine.evaluate import Evaluator, RuleConfig
from policy.engine.rule import Level, Severity, rule
from policy.engine.settings import Settings
from policy.rules import all_rules
from policy.testing import resource, unknown

QUEUE = "aws:sqs/queue:Queue"


@rule(QUEUE, severity=Severity.HIGH, level=Level.MANDATORY)
def queue_named(queue):
    """Queues must be named."""
    if queue.is_missing("name"):
        yield f"The queue '{queue.name}' must have a name."


@rule(QUEUE, severity=Severity.LOW, level=Level.MANDATORY)
def queue_broken(queue):
    """Never works."""
    yield queue.props["absent"]


def run(*rules, props=None, today=date(2026, 1, 1), configured=None, **chosen):
    evaluator = Evaluator(rules, Settings(**chosen), configured, today)
    return list(evaluator.resource(resource(QUEUE, "orders", props or {})))


def test_a_rule_that_raises_becomes_advice_and_the_others_still_speak():
    found = run(queue_broken, queue_named)

    assert [(one.rule.name, one.level) for one in found] == [
        ("queue-broken", Level.ADVISORY),
        ("queue-named", Level.MANDATORY),
    ]
    assert "could not be evaluated: KeyError" in found[0].message


@pytest.mark.parametrize(
    ("configured", "severities", "level"),
    [
        ({}, {}, Level.MANDATORY),
        ({}, {"high": "advisory"}, Level.ADVISORY),
        ({"queue-named": RuleConfig(Level.MANDATORY)}, {"high": "advisory"}, Level.MANDATORY),
    ],
)
def test_a_level_is_the_rules_own_then_its_severitys_then_the_default(
    configured, severities, level
):
    [found] = run(queue_named, configured=configured, severity_enforcement=severities)

    assert found.level is level


@rule(
    QUEUE,
    severity=Severity.LOW,
    level=Level.MANDATORY,
    remediate=lambda _: {"sqsManagedSseEnabled": True},
)
def queue_encrypted_and_named(queue):
    """Queues must be encrypted and named."""
    if not queue.get("sqsManagedSseEnabled") or queue.is_missing("name"):
        yield f"The queue '{queue.name}' must be encrypted and have a name."


@pytest.mark.parametrize(
    ("props", "changes"), [({"name": "orders"}, {"sqsManagedSseEnabled": True}), ({}, None)]
)
def test_a_remediation_mends_the_whole_or_changes_nothing(props, changes):
    configured = {"queue-encrypted-and-named": RuleConfig(Level.REMEDIATE)}
    evaluator = Evaluator([queue_encrypted_and_named], configured=configured)

    mended = evaluator.remediated(queue_encrypted_and_named, resource(QUEUE, "orders", props))

    assert mended == changes


EXEMPTION = {
    "rule": "queue-named",
    "resource": "urn:pulumi:*::orders",
    "reason": "named by its owner in another account",
    "owner": "checkout",
    "expires": "2026-06-30",
}


def test_an_exempted_violation_is_advice_with_its_reason():
    [found] = run(queue_named, exemptions=[EXEMPTION])

    assert found.level is Level.ADVISORY
    assert "Exempt until 2026-06-30: named by its owner" in found.message


def test_an_expired_exemption_no_longer_exempts_and_says_so():
    [found] = run(queue_named, exemptions=[EXEMPTION], today=date(2026, 7, 1))

    assert found.level is Level.MANDATORY
    assert "expired on 2026-06-30" in found.message


def exemption_faults(*rules, today=date(2026, 1, 1), props=None, **changes):
    chosen = Settings(exemptions=[EXEMPTION | changes])
    evaluator = Evaluator(rules, chosen, today=today, elsewhere=["in-another-pack"])
    list(evaluator.resource(resource(QUEUE, "orders", props or {})))
    return [one.message for one in evaluator.exemption_faults()]


@pytest.mark.parametrize(
    "pattern",
    [
        "urn:pulumi:test::bulkhead::aws:sqs/queue:Queue::orders",
        "urn:pulumi:*::orders",
        "aws:sqs/queue:Queue::orders",
        "aws:sqs/*::ord*",
    ],
)
def test_an_exemption_names_its_resource_by_urn_or_by_type_and_name(pattern):
    assert exemption_faults(queue_named, resource=pattern) == []


def test_an_exemption_by_type_and_name_looks_past_the_types_of_parents():
    [exemption] = Settings(
        exemptions=[EXEMPTION | {"resource": "aws:sqs/queue:Queue::orders"}]
    ).exemptions

    urn = "urn:pulumi:s::p::shop:messaging:Queue$aws:sqs/queue:Queue::orders"
    assert exemption.covers("queue-named", urn)
    assert not exemption.covers("queue-named", f"{urn}-dead-letters")


def test_an_expired_exemption_is_a_violation_itself():
    [said] = exemption_faults(queue_named, today=date(2026, 7, 1))

    assert "expired on 2026-06-30 and must be renewed by checkout" in said


def test_an_exemption_that_exempts_nothing_is_a_violation_itself():
    [said] = exemption_faults(queue_named, props={"name": "orders"})

    assert "exempts nothing and must be removed" in said


def test_an_exemption_from_what_cannot_be_decided_yet_may_stay():
    assert exemption_faults(queue_named, props={"name": unknown}) == []


def test_an_exemption_from_a_rule_of_another_pack_may_stay():
    assert exemption_faults(queue_named, rule="in-another-pack") == []


def test_an_exemption_that_may_be_unused_may_exempt_nothing():
    unused = {"props": {"name": "orders"}, "may_be_unused": True}

    assert exemption_faults(queue_named, **unused) == []
    assert exemption_faults(queue_named, **unused, today=date(2026, 7, 1)) == []
    [said] = exemption_faults(queue_named, may_be_unused=True, today=date(2026, 7, 1))
    assert "expired on 2026-06-30" in said


def test_an_exemption_that_is_reviewed_elsewhere_never_expires():
    never = [EXEMPTION | {"expires": "never"}]

    [found] = run(queue_named, exemptions=never, today=date(2999, 1, 1))

    assert found.level is Level.ADVISORY
    assert "Exempt without an end date: named by its owner" in found.message


def test_of_an_expired_and_a_renewed_exemption_the_renewed_one_holds():
    renewed = [EXEMPTION | {"expires": "2025-01-01"}, EXEMPTION]

    [found] = run(queue_named, exemptions=renewed)

    assert found.exemption.expires == date(2026, 6, 30)


def test_what_is_unknown_is_reported_only_when_asked():
    known = run(queue_named, props={"name": unknown})
    asked = run(queue_named, props={"name": unknown}, report_unknown=True)

    assert known == []
    assert [(one.level, "name is not known" in one.message) for one in asked] == [
        (Level.ADVISORY, True)
    ]


leaves = some.one_of(
    some.none(),
    some.booleans(),
    some.floats(allow_nan=False),
    some.text(max_size=8),
    some.just(unknown),
)
trees = some.recursive(
    leaves,
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None)
@given(some.data())
def test_no_rule_raises_on_any_shape_of_input(data):
    one = data.draw(some.sampled_from([found for found in all_rules() if found.check]))
    keys = some.sampled_from(["policy", "ingress", "name", "sqsManagedSseEnabled", "x"])
    props = data.draw(some.dictionaries(keys, trees, max_size=5))

    found = Evaluator([one], Settings()).resource(resource(one.types[0], "odd", props))

    assert [each.message for each in found if "could not be evaluated" in each.message] == []


def test_a_rule_on_an_old_name_of_a_type_is_asked_about_that_name_alone():
    @rule("aws:s3/bucketV2:BucketV2", severity=Severity.LOW, level=Level.ADVISORY)
    def bucket_named_anew(bucket):
        """Buckets must be of the new type."""
        yield f"The bucket '{bucket.name}' must be an aws.s3.Bucket."

    evaluator = Evaluator([bucket_named_anew])

    assert len(list(evaluator.resource(resource("aws:s3/bucketV2:BucketV2", "old", {})))) == 1
    assert list(evaluator.resource(resource("aws:s3/bucket:Bucket", "new", {}))) == []
