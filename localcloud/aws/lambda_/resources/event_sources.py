"""Lambda: permissions, event source mappings, aliases and asynchronous invocation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.provider.row import (
    IGNORED,
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

LONGEST_BATCH_OF_FIFO = 10
BATCH_WITHOUT_WINDOW = 10
FUNCTION = {"FunctionName": "functionName"}


def read_permission(context: Context) -> Properties | None:
    """Return the statement of the function's policy, None if it does not exist."""
    function, qualifier = context.get("function"), context.get("qualifier")
    more = {"Qualifier": qualifier} if qualifier else {}
    answer = context.call("GetPolicy", FunctionName=function, **more)
    for statement in json.loads(answer["Policy"])["Statement"]:
        if statement.get("Sid") == context.id:
            return {
                "action": statement["Action"],
                "statementId": context.id,
                "principal": principal(context, statement),
                "function": function,
            }
    return None


def principal(context: Context, statement: dict[str, Any]) -> str:
    """Return the principal in the program's form: AWS turns an account id into an ARN."""
    found = statement["Principal"]
    name = found if isinstance(found, str) else next(iter(found.values()))
    wanted = context.get("principal")
    return wanted if wanted and f":{wanted}:" in f"{name}:" else name


def permission_id(id_: str) -> Properties:
    """Split the id of an import: `function/statement` or `function:qualifier/statement`."""
    function, statement = id_.rsplit("/", 1)
    name, _, qualifier = function.partition(":")
    found = {"id": statement, "function": name}
    return {**found, **({"qualifier": qualifier} if qualifier else {})}


def wait_for_mapping(context: Context) -> None:
    """Wait until the mapping is enabled or disabled."""

    def ready() -> bool:
        found = context.call("GetEventSourceMapping", UUID=context.id)
        return not found.get("State", "").endswith("ing")

    context.wait(f"the event source mapping {context.id}", ready)


def as_written(context: Context, arn: str) -> str:
    """Return the function as the program names it: by its name or its ARN."""
    written = context.get("functionName")
    return written if written and f":{written}".endswith(arn.rpartition(":function")[2]) else arn


def mapping_members(context: Context) -> Properties:
    """Return the on-failure destination, which has another name in the SDK.

    A batch size that the program dropped becomes that of the kind of source again.
    """
    inputs, members = context.inputs, {}
    if "destinationConfig" in inputs:
        failure = inputs["destinationConfig"].get("onFailure")
        destination = {"Destination": failure["destinationArn"]} if failure else {}
        members["DestinationConfig"] = {"OnFailure": destination}
    if "batchSize" in context.changed - set(inputs):
        members["BatchSize"] = 10 if ":sqs:" in inputs["eventSourceArn"] else 100
    return members


def check_mapping(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Lambda's constraints across the inputs of a mapping."""
    source, size = inputs.get("eventSourceArn"), inputs.get("batchSize")
    if not isinstance(source, str) or ":sqs:" not in source or not isinstance(size, int):
        return
    if source.endswith(".fifo") and size > LONGEST_BATCH_OF_FIFO:
        yield CheckFailure(
            "batchSize", f"is {size}: a FIFO queue gives at most {LONGEST_BATCH_OF_FIFO}"
        )
    elif size > BATCH_WITHOUT_WINDOW and not inputs.get("maximumBatchingWindowInSeconds"):
        yield CheckFailure(
            "batchSize",
            f"is {size}: above {BATCH_WITHOUT_WINDOW} set maximumBatchingWindowInSeconds",
        )


CREATE_MAPPING = Op(
    name="CreateEventSourceMapping",
    rename={"destinationConfig": "", "queues": "Queues"},
    extra=mapping_members,
)
PUT_INVOKE = Op(name="PutFunctionEventInvokeConfig")
INVOKE_KEYS = {**FUNCTION, "Qualifier": "qualifier"}


def invoke_id(context: Context, _: Properties) -> str:
    """Return the function's name, with a qualifier if there is one."""
    name, qualifier = context.inputs["functionName"], context.inputs.get("qualifier")
    return f"{name}:{qualifier}" if qualifier else name


def replace_invoke(context: Context) -> None:
    """Replace all settings; moto never updates them, so they are deleted first."""
    named = {member: context.get(key) for member, key in INVOKE_KEYS.items()}
    present = {member: value for member, value in named.items() if value is not None}
    context.delete_if_exists("DeleteFunctionEventInvokeConfig", **present)
    context.call_with_inputs(PUT_INVOKE)


def split_invoke_id(id_: str) -> Properties:
    """Return function and qualifier of an id."""
    name, _, qualifier = id_.partition(":")
    return {"functionName": name, **({"qualifier": qualifier} if qualifier else {})}


def alias_computed(context: Context, found: Properties) -> Properties:
    """Return the ARN with which API Gateway invokes the alias."""
    head = f"arn:{context.partition}:apigateway:{context.region}:lambda:path/2015-03-31/functions"
    return {"invokeArn": f"{head}/{found['AliasArn']}/invocations"}


def alias_id(id_: str) -> Properties:
    """Split the id of an import: the alias's ARN, or `function/alias`."""
    if id_.startswith("arn:"):
        function, name = id_.split(":")[-2:]
        return {"functionName": function, "name": name}
    function, name = id_.split("/", 1)
    return {"functionName": function, "name": name}


ALIAS_KEYS = {**FUNCTION, "Name": "name"}

ROWS = (
    Row(
        type="aws:lambda/permission:Permission",
        service="lambda",
        inputs={
            **each(
                REPLACE,
                """action eventSourceToken function functionUrlAuthType
            invokedViaFunctionUrl principal principalOrgId qualifier region
            sourceAccount sourceArn statementIdPrefix""",
            ),
            "statementId": Input(REPLACE, limit=Limit(max_length=100, pattern=r"[a-zA-Z0-9-_]+")),
        },
        name=Naming(property="statementId", prefix_property="statementIdPrefix", max_length=100),
        create=Op(name="AddPermission"),
        id="=statementId",
        from_id=permission_id,
        read=read_permission,
        delete=Op(
            name="RemovePermission",
            keys={"FunctionName": "function", "StatementId": "id", "Qualifier": "qualifier"},
        ),
    ),
    Row(
        type="aws:lambda/eventSourceMapping:EventSourceMapping",
        service="lambda",
        inputs={
            **each(
                UPDATE,
                """batchSize functionName maximumRecordAgeInSeconds maximumRetryAttempts
            parallelizationFactor tags""",
            ),
            **each(REPLACE, "eventSourceArn region startingPosition startingPositionTimestamp"),
            "useResourceTimeoutForPropagation": Input(IGNORED),
            "bisectBatchOnFunctionError": Input(UPDATE, reset=False),
            "destinationConfig": Input(UPDATE, reset={}),
            "enabled": Input(UPDATE, default=True),
            "filterCriteria": Input(UPDATE, reset={"filters": []}),
            "functionResponseTypes": Input(UPDATE, reset=[], unordered=True),
            "kmsKeyArn": Input(UPDATE, reset=""),
            "maximumBatchingWindowInSeconds": Input(UPDATE, reset=0),
            "metricsConfig": Input(UPDATE, reset={"metrics": []}),
            "scalingConfig": Input(UPDATE, reset={}),
            "tumblingWindowInSeconds": Input(UPDATE, supported=False),
            "documentDbEventSourceConfig": Input(UPDATE, supported=False),
            "provisionedPollerConfig": Input(UPDATE, supported=False),
            "sourceAccessConfigurations": Input(UPDATE, supported=False),
            "amazonManagedKafkaEventSourceConfig": Input(REPLACE, supported=False),
            "queues": Input(REPLACE, supported=False),
            "selfManagedEventSource": Input(REPLACE, supported=False),
            "selfManagedKafkaEventSourceConfig": Input(REPLACE, supported=False),
            "topics": Input(REPLACE, supported=False),
        },
        create=CREATE_MAPPING,
        id="UUID",
        read=Op(name="GetEventSourceMapping", keys={"UUID": "id"}),
        # The program may name the function by its name, AWS answers its ARN.
        outputs={"functionName": "", "arn": "EventSourceMappingArn"},
        answered_as={"destinationConfig.onFailure.destinationArn": "Destination"},
        computed=lambda context, found: {
            "enabled": found.get("State") in ("Enabled", "Enabling", "Creating", "Updating"),
            "functionName": as_written(context, found["FunctionArn"]),
        },
        arn="arn:{partition}:lambda:{region}:{account}:event-source-mapping:{id}",
        update=Op(
            name="UpdateEventSourceMapping",
            keys={"UUID": "id"},
            rename=CREATE_MAPPING.rename,
            extra=mapping_members,
        ),
        delete=Op(name="DeleteEventSourceMapping", keys={"UUID": "id"}),
        wait_until_ready=wait_for_mapping,
        tags=Tagging(
            tag="TagResource", untag="UntagResource", read="ListTags", keys={"Resource": "arn"}
        ),
        recomputed="lastModified",
        check=check_mapping,
    ),
    Row(
        type="aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        service="lambda",
        inputs={
            **each(UPDATE, "destinationConfig maximumEventAgeInSeconds"),
            "maximumRetryAttempts": Input(UPDATE, default=2),
            **each(REPLACE, "functionName qualifier region"),
        },
        create=PUT_INVOKE,
        id=invoke_id,
        from_id=split_invoke_id,
        read=Op(name="GetFunctionEventInvokeConfig", keys=INVOKE_KEYS),
        update=replace_invoke,
        delete=Op(name="DeleteFunctionEventInvokeConfig", keys=INVOKE_KEYS),
    ),
    Row(
        type="aws:lambda/alias:Alias",
        service="lambda",
        inputs={
            **each(REPLACE, "name region"),
            "functionVersion": Input(UPDATE),
            "description": Input(UPDATE, reset=""),
            "routingConfig": Input(UPDATE, reset={"additionalVersionWeights": {}}),
            "functionName": Input(REPLACE, limit=Limit(max_length=170)),
        },
        name=Naming(max_length=128),
        create=Op(name="CreateAlias"),
        id="AliasArn",
        from_id=alias_id,
        read=Op(name="GetAlias", keys=ALIAS_KEYS),
        computed=alias_computed,
        update=Op(name="UpdateAlias", keys=ALIAS_KEYS),
        delete=Op(name="DeleteAlias", keys=ALIAS_KEYS),
    ),
)
