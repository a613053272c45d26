"""What is read from the settings file of an environment, and what is refused."""

import pytest

from policy import environments
from policy.check import settings_file
from policy.check.document import InputError
from policy.rules import all_rules


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_the_settings_of_every_shipped_environment_are_valid(name):
    config = environments.configuration(name)

    found = settings_file.of_environment(name, config, all_rules())

    assert found.faults == ()


@pytest.mark.parametrize(
    ("chosen", "line", "said"),
    [
        ({"sqs-encrypted": "mandatory"}, 2, "'sqs-encrypted': the engine takes 'mandatory' for a"),
        (
            {"all": "disabled", "sqs-encrypted": {"enforcementLevel": "disabled"}},
            4,
            "severityEnforcement makes it 'advisory': write it under settings.rules",
        ),
    ],
)
def test_a_level_that_the_engine_would_not_notice_is_refused_with_its_line(
    files, chosen, line, said
):
    severities = {"settings": {"severityEnforcement": {"medium": "advisory"}}}
    file = files.write(chosen | severities)

    with pytest.raises(InputError) as refused:
        settings_file.read(file, all_rules())

    assert str(refused.value).startswith(f"{file}:{line}: ")
    assert said in str(refused.value)
