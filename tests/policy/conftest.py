"""What the rules' own tests show, for the tests of all rules."""

import pytest

from policy.pages.examples import calls


@pytest.fixture(scope="session")
def replayed():
    """Give each thing that a rule is shown: the rule, what it saw, what it said, what was chosen.

    Copy what you change: others look at the same resources.
    """
    return calls()
