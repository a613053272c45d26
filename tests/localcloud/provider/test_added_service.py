"""An AWS service is added as a folder in `localcloud/aws/`, and nothing else is edited."""

from __future__ import annotations

import importlib
import sys

import pytest

from localcloud import aws
from localcloud.aws.registry import services
from localcloud.control.operations import is_control_change, is_data, reads
from localcloud.provider.table import table

DECLARATION = '''\
"""Step Functions."""

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="states",
    moto="stepfunctions",
    read_operations=frozenset({"LookAtActivity"}),
    data_operations=frozenset({"SendTaskSuccess"}),
    quiet_operations=frozenset({"SendTaskHeartbeat"}),
)
'''
RESOURCES = '''\
"""Resource types of Step Functions."""

from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging, each

ACTIVITY = Row(
    type="aws:sfn/activity:Activity",
    service="stepfunctions",
    inputs={
        **each(REPLACE, "encryptionConfiguration region"),
        **each(UPDATE, "tags"),
        "name": Input(REPLACE, limit=Limit(max_length=80)),
    },
    name=Naming(max_length=80),
    create=Op(name="CreateActivity"),
    id="activityArn",
    read=Op(name="DescribeActivity", keys={"activityArn": "id"}),
    delete=Op(name="DeleteActivity", keys={"activityArn": "id"}),
    tags=Tagging(
        tag="TagResource",
        untag="UntagResource",
        read="ListTagsForResource",
        keys={"resourceArn": "id"},
    ),
    outputs={"arn": "activityArn"},
)

ROWS = (ACTIVITY,)
'''
TYPE = "aws:sfn/activity:Activity"


def forget():
    services.cache_clear()
    table.cache_clear()
    importlib.invalidate_caches()


@pytest.fixture
def added(tmp_path, monkeypatch):
    """Add the folder of a service that the local cloud does not have."""
    folder = tmp_path / "sfn"
    folder.mkdir()
    (folder / "__init__.py").write_text(DECLARATION)
    (folder / "resources.py").write_text(RESOURCES)
    monkeypatch.setattr(aws, "__path__", [*aws.__path__, str(tmp_path)])
    forget()
    yield
    for name in [one for one in sys.modules if one.startswith("localcloud.aws.sfn")]:
        del sys.modules[name]
    del aws.sfn
    monkeypatch.undo()
    forget()


@pytest.mark.usefixtures("added")
def test_the_type_of_an_added_service_is_created_read_and_deleted(shared):
    inputs, failures = shared.check(TYPE, {"tags": {"owner": "orders"}})
    assert failures == {}
    assert shared.check(TYPE, {"name": "n" * 81})[1].keys() == {"name"}

    made = shared.create(TYPE, {"tags": {"owner": "orders"}}, name="approval")

    assert made.outputs["name"].startswith("approval-")
    found = shared.read(made)
    assert found is not None
    assert found.outputs["tagsAll"] == {"owner": "orders"}
    assert inputs["name"].startswith("stage-")

    shared.delete(made)

    assert shared.read(made) is None


@pytest.mark.usefixtures("added")
def test_the_operations_that_an_added_service_declares_are_treated_accordingly():
    assert reads("LookAtActivity")
    assert is_data("states", "SendTaskSuccess")
    assert not is_control_change("states", "SendTaskHeartbeat")
    assert is_control_change("states", "CreateActivity")


def test_a_folder_without_a_declaration_is_named(tmp_path, monkeypatch):
    (tmp_path / "undeclared").mkdir()
    (tmp_path / "undeclared" / "__init__.py").touch()
    monkeypatch.setattr(aws, "__path__", [*aws.__path__, str(tmp_path)])
    services.cache_clear()

    with pytest.raises(LookupError, match=r"localcloud\.aws\.undeclared has no SERVICE"):
        services()

    del aws.undeclared, sys.modules["localcloud.aws.undeclared"]


def test_a_service_that_is_gone_leaves_nothing_behind():
    assert TYPE not in table().rows
    assert not is_data("states", "SendTaskSuccess")
