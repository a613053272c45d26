"""What the decorators and the docstring of a function say about its rule."""

import pytest

from policy.engine.rule import Level, Pack, Severity, classify, rule
from policy.engine.vocabulary import Concern, When

QUEUE = "aws:sqs/queue:Queue"


def test_the_docstring_has_the_description_the_reason_the_references_and_the_remediation():
    @rule(QUEUE)
    @classify("security", "messaging", "high", "mandatory", when="production")
    def queue_named(queue):
        """Queues must be named.

        Nobody finds a queue
        without a name.

        References: FSBP SQS.9, Config sqs-queue-name,
        Checkov CKV_AWS_9
        Remediation: Set name.
        """
        yield from ()

    assert (queue_named.name, queue_named.types) == ("queue-named", (QUEUE,))
    assert queue_named.description == "Queues must be named."
    assert queue_named.why == "Nobody finds a queue without a name."
    assert queue_named.references == ("FSBP SQS.9", "Config sqs-queue-name", "Checkov CKV_AWS_9")
    assert queue_named.remediation == "Set name."
    assert (queue_named.pack, queue_named.concern) == (Pack.SECURITY, Concern.MESSAGING)
    assert (queue_named.severity, queue_named.level) == (Severity.HIGH, Level.MANDATORY)
    assert queue_named.when is When.PRODUCTION


def test_the_whole_docstring_is_the_description_where_the_decorator_has_the_reason():
    @rule(QUEUE, severity=Severity.LOW, level=Level.ADVISORY, why="Names help.")
    def queue_named(queue):
        """Queues must be named.

        Also those of tests.
        """
        yield from ()

    assert queue_named.description == "Queues must be named.\n\nAlso those of tests."
    assert queue_named.why == "Names help."


def test_a_word_that_is_not_a_level_is_refused():
    with pytest.raises(ValueError, match="'forbidden' is not a valid Level"):
        classify("security", "messaging", "high", "forbidden")
