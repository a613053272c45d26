"""What a rule requires of which types, and how strictly, stays as it was recorded."""

import json

from policy.pages import snapshot

RECORD = "if this change is intended, record it: python -m policy.pages --record-rules"


def test_every_rule_has_the_pack_level_severity_and_types_that_are_recorded():
    recorded, now = json.loads(snapshot.FILE.read_text()), snapshot.current()

    assert recorded.keys() ^ now.keys() == set(), RECORD
    assert {name: one for name, one in now.items() if one != recorded[name]} == {}, RECORD


def test_the_recorded_file_is_written_as_it_is_read():
    assert json.loads(snapshot.text()) == snapshot.current()
