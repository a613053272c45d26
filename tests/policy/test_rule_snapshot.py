"""What a rule requires of which types, and how strictly, stays as it was recorded."""

import json

from policy.pages import snapshot
from policy.pages.__main__ import run

RECORD = "if this change is intended, record it: python -m policy.pages --record-rules"


def test_every_rule_has_the_pack_level_severity_and_types_that_are_recorded():
    recorded, now = json.loads(snapshot.FILE.read_text()), snapshot.current()

    assert recorded.keys() ^ now.keys() == set(), RECORD
    assert {name: one for name, one in now.items() if one != recorded[name]} == {}, RECORD


def test_the_command_records_the_current_rules(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "FILE", tmp_path / "rules.json")

    run(record_rules=True)

    assert json.loads(snapshot.FILE.read_text()) == snapshot.current()
