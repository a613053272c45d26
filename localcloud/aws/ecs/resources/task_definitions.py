"""ECS: task definitions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.aws.ecs.resources.clusters import TAGS
from localcloud.provider import shapes
from localcloud.provider.equality import canonical_containers
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

GIB = 1024

FARGATE = {
    256: (512, 1024, 2048),
    512: range(1 * GIB, 4 * GIB + 1, GIB),
    1024: range(2 * GIB, 8 * GIB + 1, GIB),
    2048: range(4 * GIB, 16 * GIB + 1, GIB),
    4096: range(8 * GIB, 30 * GIB + 1, GIB),
    8192: range(16 * GIB, 60 * GIB + 1, 4 * GIB),
    16_384: range(32 * GIB, 120 * GIB + 1, 8 * GIB),
}
"""CPU units of a Fargate task -> MiB of memory that it may have."""


def members() -> Any:
    """Return the members of the operation that registers a task definition."""
    return shapes.members_of(shapes.operation("ecs", "RegisterTaskDefinition").input_shape)


def volumes(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the volumes of a task with AWS's names."""
    found = []
    names = {"volumes.configureAtLaunch": "configuredAtLaunch"}
    for block in blocks:
        volume = shapes.convert(members()["volumes"].member, block, names, "volumes")
        if path := block.get("hostPath"):
            volume["host"] = {"sourcePath": path}
        found.append(volume)
    return found


def documents(context: Context) -> Properties:
    """Return the members of a task definition whose form differs from the inputs."""
    containers = json.loads(context.inputs["containerDefinitions"])
    shape = members()["containerDefinitions"]
    wanted = {"containerDefinitions": shapes.convert(shape, without_nulls(containers), {}, "")}
    if context.inputs.get("volumes"):
        wanted["volumes"] = volumes(context.inputs["volumes"])
    return wanted


def without_nulls(value: Any) -> Any:
    """Return a JSON value without null members, which ECS ignores."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def register(context: Context) -> str:
    """Register a new revision; the family is the id."""
    op = Op(
        name="RegisterTaskDefinition",
        rename={"containerDefinitions": "", "volumes": ""},
        extra=documents,
    )
    made = context.call_with_inputs(op)["taskDefinition"]
    context.olds = {"arn": made["taskDefinitionArn"]}  # the id does not tell the revision
    return made["family"]


def read(context: Context) -> Properties | None:
    """Return this revision (the newest if `trackLatest`), None if it is deregistered."""
    known = context.olds.get("arn")
    if known and context.get("trackLatest"):
        known = known.rpartition(":")[0].rpartition("/")[2]
    answer = context.call(
        "DescribeTaskDefinition", taskDefinition=known or context.id, include=["TAGS"]
    )
    found = answer["taskDefinition"]
    if found.get("status") == "INACTIVE":
        return None
    return {**found, "tags": answer.get("tags", [])}


def outputs(context: Context, found: Properties) -> Properties:
    """Return the containers as the program wrote them, and the ARN of the family."""
    written = context.get("containerDefinitions")
    return {
        "arnWithoutRevision": found["taskDefinitionArn"].rpartition(":")[0],
        "containerDefinitions": written or json.dumps(found["containerDefinitions"]),
    }


def deregister(context: Context) -> None:
    """Deregister this revision unless `skipDestroy` is set."""
    if not context.get("skipDestroy"):
        arn = context.olds.get("arn") or context.id
        context.call("DeregisterTaskDefinition", taskDefinition=arn)


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of ECS's constraints across the inputs of a task definition."""
    document = inputs.get("containerDefinitions")
    if isinstance(document, str):
        yield from check_containers(document)
    if "FARGATE" in inputs.get("requiresCompatibilities", ()):
        yield from check_fargate(inputs)


def check_fargate(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield violations of Fargate's constraints."""
    if inputs.get("networkMode", "awsvpc") != "awsvpc":
        mode = inputs["networkMode"]
        yield CheckFailure("networkMode", f'is "{mode}": a Fargate task has the mode "awsvpc"')
    cpu, memory = (str(inputs.get(name, "")) for name in ("cpu", "memory"))
    if cpu.isdigit() and int(cpu) not in FARGATE:
        allowed = ", ".join(map(str, FARGATE))
        yield CheckFailure("cpu", f"is {cpu}: a Fargate task has one of {allowed}")
    elif cpu.isdigit() and memory.isdigit() and int(memory) not in FARGATE[int(cpu)]:
        sizes = FARGATE[int(cpu)]
        want = f"{sizes[0]} to {sizes[-1]} MiB in the steps of AWS"
        yield CheckFailure("memory", f"is {memory}: with cpu {cpu} a Fargate task has {want}")


def check_containers(document: str) -> Iterator[CheckFailure]:
    """Yield what is invalid in the JSON document of the containers."""
    key = "containerDefinitions"
    try:
        found = json.loads(document)
    except ValueError as error:
        yield CheckFailure(key, f"is not valid JSON: {error}")
        return
    if not isinstance(found, list) or not found or not all(isinstance(c, dict) for c in found):
        yield CheckFailure(key, "is not a list of containers: write a JSON list of objects")
        return
    known = {member.lower() for member in members()[key].member.members}
    for index, container in enumerate(found):
        for name in ("name", "image"):
            if not container.get(name):
                yield CheckFailure(f"{key}[{index}].{name}", "is missing in the JSON: set it")
        for name in container:
            if name.lower() not in known:
                yield CheckFailure(
                    f"{key}[{index}].{name}", "is unknown to ECS: correct or remove it"
                )
    names = [container.get("name") for container in found]
    for name in sorted({str(name) for name in names if name and names.count(name) > 1}):
        yield CheckFailure(key, f'has two containers named "{name}": give each its own name')
    if not any(container.get("essential", True) for container in found):
        yield CheckFailure(key, "has no essential container: one must be")


TASK_DEFINITION = Row(
    type="aws:ecs/taskDefinition:TaskDefinition",
    service="ecs",
    inputs={
        **each(UPDATE, "tags"),
        **each(UPDATE, "skipDestroy trackLatest", state_only=True),
        **each(
            REPLACE,
            """cpu enableFaultInjection ephemeralStorage
            executionRoleArn ipcMode memory networkMode pidMode proxyConfiguration
            region runtimePlatform taskRoleArn""",
        ),
        "containerDefinitions": Input(REPLACE, canonical=canonical_containers),
        "family": Input(REPLACE, limit=Limit(max_length=255, pattern="[A-Za-z0-9_-]+")),
        "ephemeralStorage.sizeInGib": Input(REPLACE, limit=Limit(21, 200)),
        "requiresCompatibilities": Input(REPLACE, unordered=True),
        "volumes": Input(REPLACE, unordered=True),
        "placementConstraints": Input(REPLACE, unordered=True),
    },
    create=register,
    read=read,
    update=lambda _: None,
    delete=deregister,
    tags=TAGS,
    outputs={"cpu": "", "memory": ""},
    computed=outputs,
    not_found_codes="ClientException: unable to describe task definition",
    check=check,
    check_operations=("RegisterTaskDefinition",),
)

ROWS = (TASK_DEFINITION,)
