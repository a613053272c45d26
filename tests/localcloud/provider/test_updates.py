"""Each input that a row marks as UPDATE changes the object in AWS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from localcloud.provider.cloud import AwsError, Cloud
from localcloud.provider.defaults import is_chosen_by_aws
from localcloud.provider.equality import same_input
from localcloud.provider.row import UPDATE, Mode, names
from localcloud.provider.table import table
from localcloud.provider.validation import values_at
from localcloud.provider.values import unwrap_secrets
from tests.localcloud.provider.aws_answers import answer, told
from tests.localcloud.provider.sample_values import another
from tests.localcloud.provider.stage import CheckError, every_example

if TYPE_CHECKING:
    from localcloud.provider.row import Row
    from tests.localcloud.provider.example import Example
    from tests.localcloud.provider.stage import Made, Stage

ROWS = table().rows
TYPES = sorted(ROWS)


@dataclass
class RecordingCloud:
    """Keeps what the API answered."""

    cloud: Cloud
    answers: list[Any] = field(default_factory=list)

    def client(self, service: str, region: str) -> Any:
        return self.cloud.client(service, region)

    def call(
        self, service: str, region: str, operation: str, members: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            found = self.cloud.call(service, region, operation, members)
        except AwsError as error:
            self.answers.append({operation: error.code})
            raise
        self.answers.append({operation: found})
        return found


@dataclass
class Tried:
    """What the updates of a type showed about its inputs."""

    changed: set[str] = field(default_factory=set)
    unchanged: set[str] = field(default_factory=set)
    undetected: set[str] = field(default_factory=set)
    imagined: set[str] = field(default_factory=set)


@pytest.mark.parametrize("type_", TYPES)
def test_each_updated_input_changes_what_aws_answers_and_drift_of_it_is_found(type_, shared, cloud):
    row = ROWS[type_]
    if row.mode is Mode.RECORDED:
        return
    updated = updated_paths(row)

    tried = Tried()
    for example in every_example():
        if example.type == type_:
            Trial(row, example, shared, cloud, tried).run(updated)

    assert tried.unchanged - tried.changed == set(), "the emulated AWS does not store it"
    assert tried.imagined == set(), "a refresh right after the update shows a change"
    assert updated - tried.changed == set(), "no example changes it: see `Example.values`"
    assert tried.undetected == set(), "a change outside of Pulumi is not found"


def updated_paths(row: Row) -> set[str]:
    """Return the inputs, and the properties inside them, that are updated in place."""
    found = set()
    for path, item in row.inputs.items():
        keys = (path.split(".")[0], path)
        supported = all(row.inputs[key].supported for key in keys)
        choices = item.supported_values or (item.limit.one_of if item.limit is not None else ())
        if (
            item.effect is UPDATE
            and supported
            and path != "tags"
            and len(choices) != 1
            and not (item.state_only or item.chosen_by_aws)
        ):
            found.add(path)
    return found


@dataclass
class Trial:
    """Changes the inputs of one example, one after the other."""

    row: Row
    example: Example
    stage: Stage
    cloud: Cloud
    tried: Tried

    def __post_init__(self) -> None:
        example = self.example
        self.base = example.inputs(self.stage)
        given = (example.optional(self.stage), example.update, example.values(self.stage))
        self.values = {key: value for bag in given for key, value in bag.items()}

    def run(self, updated: set[str]) -> None:
        self.made = self.stage.create(self.row.type, self.base, name=f"each{self.example.variant}")
        self.before: Any = None
        self.changes: dict[str, Any] = {}
        self.tried.imagined |= self.imagined(self.made)
        for paths in trials(updated, self.example):
            if any("." in path for path in paths):
                self.set_back()
            changes: dict[str, Any] = {}
            for path in sorted(paths):
                changes |= self.change(self.made, path)
            if changes:
                self.try_changes(paths, changes)
            if len(paths) > 1:  # what a group sets may exclude what follows
                self.set_back()
        self.set_back()
        self.stage.delete(self.made)

    def try_changes(self, paths: set[str], changes: dict[str, Any]) -> None:
        """Change inputs and look at AWS; if that fails, again without the changes before."""
        made = self.made
        before = self.before or self.answers(made)
        try:
            changed = self.stage.update(made, self.stage.changed(made, changes))
        except (CheckError, grpc.RpcError):
            if self.changes:
                self.set_back()
                self.try_changes(paths, changes)
            elif changes.keys() <= self.values.keys():
                raise
            else:  # a derived value is not always a good one
                found = self.stage.read(made)
                assert found is not None
                self.made = found
            return
        after = self.answers(changed)
        if after == before:
            self.tried.unchanged |= paths
        else:
            self.tried.changed |= paths
            self.tried.undetected |= self.undetected(made, paths)
        self.tried.imagined |= self.imagined(changed)
        self.made, self.before = changed, after
        self.changes |= changes

    def set_back(self) -> None:
        """Undo the changes, except those that AWS keeps."""
        kept = names(self.example.kept) - self.base.keys()
        back = {key: self.base.get(key) for key in self.changes.keys() - kept}
        if back:
            changed = self.made
            self.made = self.stage.update(changed, self.stage.changed(changed, back))
            self.before = None
            undone = {key for key in back if not is_chosen_by_aws(self.row, key)}
            self.tried.undetected |= self.undetected(changed, undone)
        self.changes = {}

    def imagined(self, changed: Made) -> set[str]:
        """Return the inputs in which a refresh sees a change although nothing changed."""
        found = self.stage.read(changed)
        assert found is not None
        now, was = (unwrap_secrets(item.inputs) for item in (found, changed))
        return {
            key
            for key in {*now, *was}
            if not same_input(self.row, key, now.get(key), was.get(key), (now, was))
        }

    def undetected(self, made: Made, paths: set[str]) -> set[str]:
        """Return the inputs whose change a refresh of *made*, the state before it, misses."""
        found = self.stage.read(made)
        if found is None:  # what its id is made of is another
            return set()
        return {
            key
            for key in paths & made.inputs.keys()
            if not self.row.inputs[key].write_only
            and unwrap_secrets(found.inputs.get(key)) == unwrap_secrets(made.inputs[key])
        }

    def change(self, made: Made, path: str) -> dict[str, Any]:
        """Return the input that changes *path*, and nothing else in its block; {} for none."""
        key, *inner = path.split(".")
        base, values = self.base, self.values
        if at(values, path) not in ([], at(base, path)) or (key in values and not inner):
            if len(inner) == 1 and isinstance(base.get(key), dict):
                return {key: {**base[key], inner[0]: values[key][inner[0]]}}
            return {key: values[key]}
        if inner or self.example.variant:
            return {}
        found = another(self.row, key, unwrap_secrets(made.outputs.get(key)))
        return {} if found is None else {key: found}

    def answers(self, made: Made) -> Any:
        """Return everything that the API answers when the object is read."""
        cloud = RecordingCloud(self.cloud)
        found = answer(self.row, made, self.example, cloud)
        return found, told(cloud.answers)


def trials(updated: set[str], example: Example) -> list[set[str]]:
    """Return the paths to change one after the other, those of a group together."""
    groups = [set(group.split()) & updated for group in example.together]
    return [*groups, *({path} for path in sorted(updated - set().union(*groups)))]


def at(inputs: dict[str, Any], path: str) -> list[Any]:
    return [value for _, value in values_at(inputs, path.split("."), "") if value is not None]
