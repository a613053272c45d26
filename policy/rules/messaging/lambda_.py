"""Rules on functions that take messages from queues and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.engine.rule import Finding, Level, Severity, rule, stack_rule
from policy.engine.values import UNKNOWN, is_missing, is_true, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

EVENT_SOURCE_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
FUNCTION = "aws:lambda/function:Function"
QUEUE = "aws:sqs/queue:Queue"

_STREAMS = (":kinesis:", ":dynamodb:")


@stack_rule(
    EVENT_SOURCE_MAPPING,
    FUNCTION,
    QUEUE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="A message that becomes visible while it is still worked on is worked on twice.",
)
def lambda_queue_visibility_timeout(stack: Stack) -> Iterator[Finding]:
    """Queues that functions read must hide a message six times as long as the function may take."""
    for mapping in stack.of(EVENT_SOURCE_MAPPING):
        queues = stack.joined_to(mapping, "eventSourceArn", QUEUE)
        functions = stack.joined_to(mapping, "functionName", FUNCTION)
        if len(queues) != 1 or len(functions) != 1:
            continue  # a component stands for several: which one is meant is not known yet
        hidden = _seconds(queues[0].get("visibilityTimeoutSeconds"), 30)
        needed = _seconds(functions[0].get("timeout"), 3)
        if hidden is not None and needed is not None and hidden < 6 * needed:
            text = (
                f"The SQS queue '{queues[0].name}' must hide a message while '{functions[0].name}'"
                f" works on it: set visibility_timeout_seconds to {6 * needed:.0f} or more."
            )
            yield Finding(text, queues[0].urn)


def _seconds(value: Any, default: float) -> float | None:
    return default if is_missing(value) else number(value)


@rule(
    EVENT_SOURCE_MAPPING,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="One broken record stops a whole shard until it expires, a week later.",
)
def lambda_stream_failure_handling(mapping: Resource) -> Iterator[str]:
    """Functions that read streams must split a failing batch, and put aside what still fails."""
    source = mapping.get("eventSourceArn")
    of_stream = source is UNKNOWN or any(one in str(source) for one in _STREAMS)
    if mapping.is_missing("startingPosition") or not of_stream:
        return
    bisects = mapping.get("bisectBatchOnFunctionError")
    is_split = bisects is UNKNOWN or is_true(bisects)
    if not is_split or mapping.is_missing("destinationConfig.onFailure.destinationArn"):
        yield (
            f"The event source '{mapping.name}' must survive a broken record: set"
            " bisect_batch_on_function_error=True and destination_config.on_failure."
        )
