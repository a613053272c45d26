"""Secrets, variables and parameters in a service file."""

import pytest

from spec.catalogue import SpecError, load_catalogue
from spec.reading import load_service

SERVICE = """\
name: notes
description: Keeps notes.
owner: team
tier: standard
compute: {kind: lambda}
stores: {shelf: {kind: dynamodb, partition_key: {name: id}}}
"""


@pytest.fixture
def folder(tmp_path):
    def write(text):
        file = tmp_path / "notes" / "service.yaml"
        file.parent.mkdir()
        before = SERVICE.replace("stores:", "#") if text.startswith("stores:") else SERVICE
        file.write_text(f"{before}{text}\n")
        return file

    return write


def test_a_service_names_what_it_reads(folder):
    text = (
        "secrets: {stripe-key: {max_age: 90 days}, other-key: {}}\n"
        "variables: {FLAG: 'on', OPENS: '13:00', SINCE: 2026-01-01}\n"
        "parameters: {rates: /shop/rates}"
    )

    spec = load_service(folder(text))

    assert {name: secret.max_age_days for name, secret in spec.secrets.items()} == {
        "stripe-key": 90,
        "other-key": None,
    }
    assert spec.variables == {"FLAG": "on", "OPENS": "13:00", "SINCE": "2026-01-01"}
    assert spec.parameters == {"rates": "/shop/rates"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "variables: {FLAG: on}",
            'variables.FLAG: found on, which YAML reads as a boolean; write it in quotes: "on"',
        ),
        (
            "variables: {OPENS: 13:00}",
            'OPENS: found 13:00, which YAML reads as a number; write it in quotes: "13:00"',
        ),
        ("variables: {LIMIT: 0x1f}", "found 0x1f, which YAML reads as a number; write it in"),
        ("variables: {LIMIT: 1.50}", 'write it in quotes: "1.50"'),
        ("variables: {FLAG: }", "variables.FLAG: found nothing; write text"),
        ("variables: {flag: 'on'}", "write capital letters, digits and '_', a letter first"),
        ("variables: {AWS_REGION: x}", "write another name: the runtime sets this variable"),
        ("variables: {PATH: x}", "write another name: the runtime sets this variable"),
        ("secrets: {key: {max_age: 90}}", "max_age: found 90, which YAML reads as a number"),
        ("secrets: {key: {max_age: 0 days}}", "write whole days as '90 days'"),
        ("secrets: {key: {max_age: 3 months}}", "write whole days as '90 days'"),
        ("secrets: {key: {rotation: {every: 9 days}}}", "add 'handler: <Handler"),
        (
            "secrets: {key: {rotation: {handler: a.b, every: 91 days}}}",
            "write 1 to 90 days as '30 days'",
        ),
        ("secrets: {key: {rotation: {handler: renew}}}", "write module and function as"),
        ("secrets: {key: {value: abc}}", "secrets.key.value: found an unknown field"),
        ("stores: {a: {kind: efs, path: /data}}", "write a path as '/mnt/reports'"),
        ("stores: {a: {kind: efs}, b: {kind: efs}}", "a function mounts one file system"),
        (
            "stores: {a: {kind: efs}, b: {kind: efs, path: /mnt/a}}",
            "write a path of its own for each store that is mounted",
        ),
        ("parameters: {rates: rates}", "write a path as '/shop/exchange-rates'"),
    ],
)
def test_a_mistake_is_answered_with_what_to_write(folder, text, message):
    with pytest.raises(SpecError) as refused:
        load_service(folder(text))

    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("text", "variable", "first"),
    [
        ("variables: {SHELF_TABLE: x}", "SHELF_TABLE", "stores.shelf"),
        ("variables: {LOG_LEVEL: x}", "LOG_LEVEL", "the platform"),
        ("secrets: {a: {}}\nvariables: {A_SECRET_ARN: x}", "A_SECRET_ARN", "secrets.a"),
        ("parameters: {a: /a}\nvariables: {A_PARAMETER: x}", "A_PARAMETER", "parameters.a"),
    ],
)
def test_a_variable_has_one_source(folder, text, variable, first):
    file = folder(text)

    with pytest.raises(SpecError) as refused:
        load_catalogue(file.parent.parent)

    assert f"a name that gives the variable {variable}, as {first} does" in str(refused.value)
