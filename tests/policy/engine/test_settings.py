"""The settings of the packs under their present and former names."""

import pytest
from pydantic import ValidationError

from policy.engine.settings import Settings


def test_the_former_name_of_a_setting_is_accepted_with_a_warning():
    with pytest.warns(FutureWarning, match="narrowingKeys .* write restrictingConditionKeys"):
        settings = Settings.model_validate({"narrowingKeys": ["aws:SourceArn"]})

    assert settings.restricting_condition_keys == ("aws:SourceArn",)


def test_a_setting_under_both_names_is_refused():
    given = {"narrowingKeys": [], "restrictingConditionKeys": []}

    with pytest.raises(ValidationError, match="remove narrowingKeys"):
        Settings.model_validate(given)
