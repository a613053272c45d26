"""`bulkhead version` prints a version."""

import re


def test_the_version_has_three_numbers(bulkhead):
    code, printed, _ = bulkhead("version")

    assert (code, bool(re.fullmatch(r"\d+\.\d+\.\d+\n", printed))) == (0, True)
