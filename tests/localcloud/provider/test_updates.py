"""Each input that a row marks as UPDATE changes the object in AWS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from localcloud.provider.cloud import AwsError, Cloud
from localcloud.provider.row import UPDATE, Mode
from localcloud.provider.table import table
from localcloud.provider.validation import values_at
from localcloud.provider.values import unwrap_secrets
from tests.localcloud.provider.aws_answers import answer, steady, told
from tests.localcloud.provider.known_gaps import DRIFT_NOT_DETECTED, UNCHANGED, WITHOUT_VALUE
from tests.localcloud.provider.sample_values import another
from tests.localcloud.provider.stage import CheckError, all_examples

if TYPE_CHECKING:
    from localcloud.provider.row import Row
    from tests.localcloud.provider.example import Example
    from tests.localcloud.provider.stage import Made

ROWS = table().rows
TYPES = sorted(ROWS)
EXAMPLES = all_examples()


@dataclass
class RecordingCloud(Cloud):
    """Keeps what the API answered."""

    endpoint: str
    answers: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.endpoint)

    def call(
        self, service: str, region: str, operation: str, members: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            found = super().call(service, region, operation, members)
        except AwsError as error:
            self.answers.append({operation: error.code})
            raise
        self.answers.append({operation: steady(found)})
        return found


@pytest.mark.parametrize("type_", TYPES)
def test_each_updated_input_changes_what_aws_answers_and_drift_of_it_is_found(type_, shared, aws):
    row, example = ROWS[type_], EXAMPLES[type_]
    if row.mode is Mode.RECORDED:
        return
    updated = {
        path
        for path, item in row.inputs.items()
        if item.effect is UPDATE and item.supported and not item.state_only and path != "tags"
    }
    base = example.inputs(shared)
    values = {**example.optional(shared), **example.update, **example.values(shared)}

    made = shared.create(type_, base, name="each")
    without_value, unchanged, undetected = set(), set(), set()
    for paths in trials(updated, example):
        changes = {}
        for path in paths:
            changes |= change(row, made, base, values, path)
        before = answers(row, made, example, aws)
        try:
            news = shared.changed(made, changes)
            after = shared.update(made, news) if changes else made
        except (CheckError, grpc.RpcError):
            if changes.keys() <= values.keys():
                raise
            changes = {}  # a derived value is not always a good one
            made = shared.read(made)
        if not changes:
            without_value |= paths
            continue
        if answers(row, after, example, aws) == before:
            unchanged |= paths
        else:
            found = shared.read(made)  # as if it had been changed outside of Pulumi
            undetected |= {
                key
                for key in paths & made.inputs.keys()
                if found is not None
                and unwrap_secrets(found.inputs.get(key)) == unwrap_secrets(made.inputs[key])
            }
        made = shared.update(after, shared.changed(after, {key: base.get(key) for key in changes}))
    shared.delete(made)

    assert without_value == set(WITHOUT_VALUE.get(type_, "").split())
    assert unchanged == set(UNCHANGED.get(type_, "").split())
    assert undetected == set(DRIFT_NOT_DETECTED.get(type_, "").split())


def trials(updated: set[str], example: Example) -> list[set[str]]:
    """Return the paths to change one after the other, those of a group together."""
    groups = [set(group.split()) & updated for group in example.together]
    return [*groups, *({path} for path in sorted(updated - set().union(*groups)))]


def change(
    row: Row, made: Made, base: dict[str, Any], values: dict[str, Any], path: str
) -> dict[str, Any]:
    """Return the input that changes *path*, and nothing else in its block; {} without a value."""
    key, *inner = path.split(".")
    if at(values, path) not in ([], at(base, path)) or (key in values and not inner):
        one_level = len(inner) == 1 and isinstance(base.get(key), dict)
        return {key: {**base[key], inner[0]: values[key][inner[0]]} if one_level else values[key]}
    if inner:
        return {}
    found = another(row, key, unwrap_secrets(made.outputs.get(key)))
    return {} if found is None else {key: found}


def at(inputs: dict[str, Any], path: str) -> list[Any]:
    return [value for _, value in values_at(inputs, path.split("."), "") if value is not None]


def answers(row: Row, made: Made, example: Example, url: str) -> Any:
    """Return everything that the API answers when the object is read."""
    cloud = RecordingCloud(url)
    found = answer(row, made, example, cloud)
    return found, told(cloud.answers)
