"""Step Functions: state machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.aws.stepfunctions.definitions import problem, unsupported
from localcloud.provider.documents import json_failures
from localcloud.provider.row import (
    REPLACE,
    UPDATE,
    CheckFailure,
    Input,
    Limit,
    Naming,
    Op,
    Row,
    Tagging,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

ALL_LOGS = ":*"
NAMES = {"name": "name", "roleArn": "roleArn"}


def members(context: Context) -> dict[str, Any]:
    """Return the logging configuration as AWS nests it."""
    block = context.inputs.get("loggingConfiguration")
    if not block:
        return {"loggingConfiguration": {"level": "OFF"}}
    found = {
        "level": block.get("level") or "OFF",
        "includeExecutionData": bool(block.get("includeExecutionData")),
    }
    if group := block.get("logDestination"):
        found["destinations"] = [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]
    return {"loggingConfiguration": found}


def read(context: Context) -> Properties:
    """Return the state machine, with its logging configuration as the SDK groups it."""
    found = context.call("DescribeStateMachine", stateMachineArn=context.id)
    logging = found.pop("loggingConfiguration", None) or {}
    destinations = logging.pop("destinations", None) or []
    if destinations:
        logging["logDestination"] = destinations[0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    if context.get("loggingConfiguration") or logging.get("level") not in (None, "OFF"):
        found["loggingConfiguration"] = logging
    return found


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what Step Functions refuses in a state machine."""
    failures = list(json_failures(inputs, "definition"))
    yield from failures
    if inputs.get("definition") and not failures and (reason := problem(inputs["definition"])):
        yield CheckFailure("definition", f"is not valid: {reason}")
    block = inputs.get("loggingConfiguration") or {}
    group = block.get("logDestination")
    if group and not str(group).endswith(ALL_LOGS):
        yield CheckFailure(
            "loggingConfiguration.logDestination", f"is {group!r}: write the ARN with ':*' after it"
        )


def check_local(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what the local cloud does not run."""
    definition: str = inputs.get("definition") or ""
    valid = definition and not list(check({"definition": definition}))
    if valid and (found := unsupported(definition)):
        yield CheckFailure(
            "definition",
            f"has {found}, which the local cloud does not run yet: it runs state machines of jobs",
        )


ROWS = (
    Row(
        type="aws:sfn/stateMachine:StateMachine",
        service="stepfunctions",
        inputs={
            **each(UPDATE, "definition loggingConfiguration roleArn tags tracingConfiguration"),
            **each(REPLACE, "namePrefix region"),
            "name": Input(REPLACE, limit=Limit(max_length=80, pattern=r"[0-9A-Za-z_-]+")),
            "type": Input(REPLACE, default="STANDARD", supported_values=("STANDARD",)),
            "publish": Input(UPDATE, supported=False),
            "encryptionConfiguration": Input(UPDATE, supported=False),
        },
        name=Naming(max_length=80),
        create=Op(name="CreateStateMachine", extra=members),
        id="stateMachineArn",
        read=read,
        update=Op(name="UpdateStateMachine", keys={"stateMachineArn": "id"}, extra=members),
        delete=Op(name="DeleteStateMachine", keys={"stateMachineArn": "id"}),
        outputs={"arn": "stateMachineArn"},
        tags=Tagging(
            tag="TagResource",
            untag="UntagResource",
            read="ListTagsForResource",
            keys={"resourceArn": "id"},
        ),
        not_found_codes="StateMachineDoesNotExist",
        check=check,
        check_local=check_local,
    ),
)
