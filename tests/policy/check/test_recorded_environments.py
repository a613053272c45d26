"""A recorded mock run of every shipped environment passes the offline check."""

import json

import pytest
from google.protobuf import json_format

from policy.__main__ import main

PROVIDER = "pulumi:providers:aws"


def entry(request, urns, provider):
    return {
        "type": request.type,
        "name": request.name,
        "urn": urns[request.type, request.name],
        "props": json_format.MessageToDict(request.object),
        "parent": request.parent,
        "protect": request.protect,
        "provider": {"defaultTags": provider.inputs["defaultTags"]},
        "propertyDependencies": {
            key: [same(urn, urns) for urn in found.urns]
            for key, found in request.propertyDependencies.items()
        },
    }


def same(urn, urns):
    """Return the URN in the recorded run of a resource that mocks have named."""
    return urns.get((urn.split("::")[2].rpartition("$")[2], urn.rpartition("::")[2]), urn)


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_a_recorded_run_of_a_shipped_environment_has_nothing_to_mend(
    environment, files, name, capsys
):
    recorded = environment(name)
    [provider] = recorded.all(PROVIDER)
    requests = recorded.requests.values()
    urns = {
        (one.type, one.name): f"urn:pulumi:{name}::bulkhead::{one.type}::{one.name}"
        for one in requests
    }
    file = files.recorded(*(entry(one, urns, provider) for one in requests))

    code = main(["check", str(file), "--environment", name, "--format", "json"])

    report = json.loads(capsys.readouterr().out)
    assert [one["message"] for one in report["findings"] if one["fails"]] == []
    assert code == 0
    assert report["resources"] > 150
    assert report["exemptions"]
