"""The folder of the services: by setting, by `--services`, and as a home remembers it."""

import os

import pytest

from localcloud.layout import VARIABLE
from ops import folders
from ops.errors import CommandError


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with two folders of services, and an environment for each."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    monkeypatch.setattr("localcloud.layout.ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    for folder in ("services/orders", "examples/services/notes"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "service.yaml").touch()
    (tmp_path / "Pulumi.local.yaml").write_text("config: {bulkhead:account: '0'}")
    (tmp_path / "Pulumi.gallery.yaml").write_text("config: {bulkhead:services: examples/services}")
    yield tmp_path
    os.environ.pop(VARIABLE, None)


def deploy(services=None):
    """Do to the home what `bulkhead up` does first."""
    layout = folders.layout(services)
    folders.keep(layout, services)
    layout.data.mkdir(parents=True, exist_ok=True)
    return layout


@pytest.mark.parametrize(
    ("name", "folder"), [("local", "services"), ("gallery", "examples/services")]
)
def test_an_environment_names_its_folder(checkout, name, folder):
    assert folders.existing(name) == checkout / folder


def test_other_services_have_a_home_of_their_own(checkout):
    assert deploy().home == checkout / ".bulkhead"
    assert deploy("services").home == checkout / ".bulkhead"
    assert deploy("examples/services").home == checkout / ".bulkhead-examples-services"
    assert folders.existing() == checkout / "examples" / "services"


def test_a_home_remembers_its_services(checkout, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(checkout / "mine"))
    deploy("examples/services")

    assert folders.layout(None).home == checkout / "mine"
    assert folders.existing() == folders.chosen(None) == checkout / "examples" / "services"
    assert folders.chosen("services") == checkout / "services"


@pytest.mark.parametrize(
    ("first", "then"), [(None, "examples/services"), ("examples/services", "services")]
)
def test_a_home_of_other_services_is_refused(checkout, monkeypatch, first, then):
    monkeypatch.setenv(VARIABLE, str(checkout / "mine"))
    deploy(first)

    with pytest.raises(CommandError) as refused:
        folders.layout(then)

    assert str(refused.value) == (
        f"{checkout}/mine belongs to the services in {first or 'services'}, not to those in {then}:"
        " set BULKHEAD_HOME to another folder, or unset it"
    )


@pytest.mark.parametrize(
    ("services", "said"),
    [
        ("nowhere", "it does not exist; write a folder of services"),
        ("Pulumi.local.yaml", "it is not a folder; write a folder of services"),
        ("examples", "no folder in it has a service.yaml; write examples/services"),
        ("services/orders", "no folder in it has a service.yaml; write services"),
        (".git", "no folder in it has a service.yaml; write a folder whose folders have one"),
    ],
)
def test_a_folder_without_services_is_refused_with_one_that_has_some(checkout, services, said):
    (checkout / ".git").mkdir()

    with pytest.raises(CommandError) as refused:
        folders.layout(services)

    assert str(refused.value) == f"--services {services}: {said}"


def test_the_first_service_of_a_folder_can_be_written_into_an_empty_one(checkout):
    (checkout / "mine").mkdir()

    assert folders.chosen("mine", may_be_empty=True) == checkout / "mine"
    with pytest.raises(CommandError, match="write examples/services"):
        folders.chosen("examples", may_be_empty=True)


def test_a_folder_of_the_settings_that_does_not_exist_is_refused(checkout):
    (checkout / "Pulumi.prod.yaml").write_text("config: {bulkhead:services: servces}")

    with pytest.raises(CommandError, match=r"servces is not a folder: .* in Pulumi\.prod\.yaml"):
        folders.existing("prod")
