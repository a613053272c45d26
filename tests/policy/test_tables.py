"""A table that says what its rule does not do fails."""

import pytest

from policy.rules.sqs import sqs_encrypted
from policy.tables import Case, cases

QUEUE = "aws:sqs/queue:Queue"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"whole": {}}, "must accept"),
        ({"whole": {"kmsMasterKeyId": "k"}, "broken_values": {"name": ["a"]}}, "must refuse"),
        ({"remediations": [{"inputs": {}, "changes": {}}]}, "must be changed by {}, not"),
    ],
)
def test_a_wrong_entry_is_reported(entry, said):
    with pytest.raises(AssertionError, match=said):
        Case(sqs_encrypted, QUEUE, entry).check()


def test_an_entry_holds_for_each_of_its_types(tmp_path):
    table = tmp_path / "sqs.yaml"
    table.write_text("""
sqs-encrypted:
- type: [a:b:C, a:b:D]
  case: two types
  whole: {kmsMasterKeyId: <unknown>, policy: !json [{a: 1}]}
""")

    first, second = cases(table)

    assert (first.type, second.type, str(first)) == ("a:b:C", "a:b:D", "sqs-encrypted: two types")
    assert first.entry["whole"]["policy"] == '[{"a": 1}]'
