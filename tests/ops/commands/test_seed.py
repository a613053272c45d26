"""Filling the databases of services on this machine."""

import pytest
import yaml

from ops import folders
from ops.commands import seed as command
from spec.process import Seeds
from tests.conftest import ROOT, SERVICES

SEEDS = Seeds(command=["python", "-m", "loans.seed"])


@pytest.fixture
def ran(layout, monkeypatch):
    """Return the seeds that the command runs, in a local cloud that runs."""
    found = []
    monkeypatch.setattr(folders, "existing", lambda _: SERVICES)
    monkeypatch.setattr(command.supervisor, "is_running", lambda _: True)
    monkeypatch.setattr(command, "_run", lambda _, name, seeds: found.append((name, seeds.command)))
    return found


@pytest.fixture
def described(monkeypatch):
    catalogue = command.load_catalogue(SERVICES)
    services = dict(catalogue.services)
    services["loans"] = services["loans"].model_copy(update={"seeds": SEEDS})
    monkeypatch.setattr(
        command, "load_catalogue", lambda _: type(catalogue)(services, catalogue.roles)
    )


@pytest.mark.parametrize("words", [(), ("loans",)])
def test_the_seeds_of_one_or_of_every_service_run(bulkhead, ran, described, words):
    code, _, err = bulkhead("seed", *words)

    assert (code, ran) == (0, [("loans", ["python", "-m", "loans.seed"])])
    assert "The seeds of loans ran" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("novels",), "There is no service 'novels'. Write one of: books, branches"),
        (("books",), "books has no seeds. Those that have: loans."),
    ],
)
def test_a_service_without_seeds_is_told(bulkhead, ran, described, words, message):
    code, _, err = bulkhead("seed", *words)

    assert (code, ran) == (1, [])
    assert message in err


def test_protected_data_gets_no_seeds(bulkhead, ran, described, tmp_path, monkeypatch):
    settings = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())
    (tmp_path / "Pulumi.local.yaml").write_text(yaml.safe_dump(settings))
    monkeypatch.setattr(command, "ROOT", tmp_path)

    code, _, err = bulkhead("seed")

    assert (code, ran) == (1, [])
    assert "Pulumi.local.yaml protects the data from deletion, so no seeds are written" in err


def test_a_service_that_is_not_deployed_is_told(bulkhead, ran, described, monkeypatch, layout):
    monkeypatch.undo()
    with pytest.raises(command.CommandError, match="loans is not deployed"):
        command._run(layout, "loans", SEEDS)
