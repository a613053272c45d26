"""What the console learns from `up`."""

import json

from ops import catalogue_file, deployed


def test_the_file_has_services_and_what_is_deployed(layout, save_state):
    save_state(
        ("aws:cloudwatch/logGroup:LogGroup", "orders", "/orders", {"name": "/orders"}),
        ("aws:sqs/queue:Queue", "orders", "https://sqs/orders", {"name": "orders-queue"}),
        ("aws:apigatewayv2/api:Api", "api", "abcdefgh", {"protocolType": "HTTP"}),
    )

    catalogue_file.write(layout, deployed.resources(layout), ["a finding"])

    written = json.loads((layout.run / "catalogue.json").read_text())
    assert catalogue_file.service_names(layout) == list(written["services"])
    for one in written["services"].values():
        assert {"owner", "tier", "version", "code", "routes", "calls", "objectives"} <= one.keys()
    assert {(one["type"], one["id"]) for one in written["resources"]} == {
        ("log-group", "/orders"),
        ("queue", "orders-queue"),
        ("http-api", "abcdefgh"),
    }
    promised = [one["objectives"]["availability"] for one in written["services"].values()]
    assert written["api_objectives"]["availability"] in promised
    assert written["findings"] == ["a finding"]
    assert {"rule", "reason", "owner", "expires"} <= written["exemptions"][0].keys()
    queue = {"type": "aws:sqs/queue:Queue", "mode": "emulated", "count": 1}
    assert queue in [{**one, "mode": "emulated"} for one in written["types"]]


def test_a_version_changes_with_the_code(tmp_path):
    (tmp_path / "handler.py").write_text("one")
    before = catalogue_file.version(tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text("not deployed")
    same = catalogue_file.version(tmp_path)
    (tmp_path / "handler.py").write_text("two")

    assert before == same != catalogue_file.version(tmp_path)
