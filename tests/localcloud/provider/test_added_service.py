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
"""CodeCommit."""

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="codecommit",
    moto="codecommit",
    read_operations=frozenset({"EvaluatePullRequestApprovalRules"}),
    data_operations=frozenset({"PutFile"}),
    quiet_operations=frozenset({"TestRepositoryTriggers"}),
)
'''
RESOURCES = '''\
"""Resource types of CodeCommit."""

from localcloud.provider.row import REPLACE, UPDATE, Input, Limit, Naming, Op, Row, Tagging, each

REPOSITORY = Row(
    type="aws:codecommit/repository:Repository",
    service="codecommit",
    inputs={
        **each(REPLACE, "region"),
        **each(UPDATE, "defaultBranch description kmsKeyId tags"),
        "repositoryName": Input(REPLACE, limit=Limit(max_length=80)),
    },
    name=Naming(property="repositoryName", max_length=80),
    create=Op(name="CreateRepository"),
    id="repositoryMetadata.repositoryName",
    read=Op(name="GetRepository", keys={"repositoryName": "id"}),
    delete=Op(name="DeleteRepository", keys={"repositoryName": "id"}),
    tags=Tagging(not_stored=True),
    outputs={"arn": "Arn"},
)

ROWS = (REPOSITORY,)
'''
TYPE = "aws:codecommit/repository:Repository"


def forget():
    services.cache_clear()
    table.cache_clear()
    importlib.invalidate_caches()


@pytest.fixture
def added(tmp_path, monkeypatch):
    """Add the folder of a service that the local cloud does not have."""
    folder = tmp_path / "codecommit"
    folder.mkdir()
    (folder / "__init__.py").write_text(DECLARATION)
    (folder / "resources.py").write_text(RESOURCES)
    monkeypatch.setattr(aws, "__path__", [*aws.__path__, str(tmp_path)])
    forget()
    yield
    for name in [one for one in sys.modules if one.startswith("localcloud.aws.codecommit")]:
        del sys.modules[name]
    del aws.codecommit
    monkeypatch.undo()
    forget()


@pytest.mark.usefixtures("added")
def test_the_type_of_an_added_service_is_created_read_and_deleted(shared):
    inputs, failures = shared.check(TYPE, {"tags": {"owner": "orders"}})
    assert failures == {}
    assert shared.check(TYPE, {"repositoryName": "n" * 81})[1].keys() == {"repositoryName"}

    made = shared.create(TYPE, {"tags": {"owner": "orders"}}, name="approval")

    assert made.outputs["repositoryName"].startswith("approval-")
    found = shared.read(made)
    assert found is not None
    assert found.outputs["tagsAll"] == {"owner": "orders"}
    assert inputs["repositoryName"].startswith("stage-")

    shared.delete(made)

    assert shared.read(made) is None


@pytest.mark.usefixtures("added")
def test_the_operations_that_an_added_service_declares_are_treated_accordingly():
    assert reads("EvaluatePullRequestApprovalRules")
    assert is_data("codecommit", "PutFile")
    assert not is_control_change("codecommit", "TestRepositoryTriggers")
    assert is_control_change("codecommit", "CreateRepository")


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
    assert not is_data("codecommit", "PutFile")
