"""Every service that `bulkhead new service` can write is valid, and its own tests are green."""

import itertools
import os
import shutil
import subprocess
import sys

import pytest
from kit.testing.counted import counted

from localcloud.layout import ROOT
from ops import generator
from ops.errors import CommandError
from ops.generator import NewService, compute_kinds, generate
from spec.catalogue import load_catalogue
from spec.code import check_code
from spec.kinds import models
from spec.reading import load_service

PUBLISHER = """\
name: shop
description: A service.
owner: platform
tier: internal
compute: {kind: lambda}
publishes: [sold]
"""
STORES = [None, *models("spec.stores")]
COMBINATIONS = list(itertools.product(sorted(compute_kinds()), STORES, [None, "sold"]))


@pytest.fixture
def services(tmp_path, monkeypatch):
    folder = tmp_path / "services"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "service.yaml").write_text(PUBLISHER)
    (folder / "kit").symlink_to(ROOT / "services" / "kit")
    for name in ("conftest.py", "roles.yaml"):
        shutil.copyfile(ROOT / "services" / name, folder / name)
    monkeypatch.setattr(generator, "lock", lambda _folder: None)
    return folder


@pytest.fixture
def make(services):
    """Generate a service with a name of its own for each combination."""

    def of(kind, store, event):
        name = f"{kind[:3]}-{STORES.index(store)}{'-r' if event else ''}"
        new = NewService(name, kind, store, event, "platform")
        return generate(new, services, load_catalogue(services))

    return of


def fits(kind, store, event):
    """Tell what a compute kind offers: migrations need containers."""
    if kind == "fargate":
        return True
    migrates = store is not None and models("spec.stores")[store].MIGRATABLE
    return not (migrates and NewService("any", kind, store, event, "platform").has_templates)


def test_every_kind_of_compute_can_be_generated():
    assert compute_kinds() == set(models("spec.compute"))


@pytest.mark.parametrize(("kind", "store", "event"), COMBINATIONS)
def test_a_combination_is_valid_or_refused_with_what_to_write(make, services, kind, store, event):
    if not fits(kind, store, event):
        with pytest.raises(CommandError, match=r"or write compute\.kind: "):
            make(kind, store, event)
        assert not list(services.glob(f"{kind[:3]}-*"))
        return

    folder = make(kind, store, event)

    spec = load_service(folder / "service.yaml")
    check_code(spec, services, services)
    assert [one.KIND for one in spec.stores.values()] == ([store] if store else [])
    assert list(spec.consumes) == ([event] if event else [])
    has_code = NewService("any", kind, store, event, "platform").uses_store
    assert (folder / "tests" / "conftest.py").exists() is has_code
    assert counted(folder) == set(spec.metrics)


@pytest.mark.parametrize(
    ("service", "limit", "store"),
    [
        ("parcels", None, "parcels-data"),
        ("parcels", 20, "parcels-data"),
        ("parcels", 19, "data"),
        ("subscriptions", 27, "data"),
    ],
)
def test_a_store_is_named_after_its_service_if_the_names_in_aws_allow(service, limit, store):
    assert generator.store_name(service, limit) == store


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_the_tests_of_all_of_them_are_green_and_their_code_is_clean(make, tmp_path):
    folders = [make(*one) for one in COMBINATIONS if fits(*one)]

    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    run(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", *map(str, folders))
    run(tmp_path, "ruff", "check", "--no-cache", *map(str, folders))
    run(tmp_path, "ruff", "format", "--no-cache", "--check", *map(str, folders))


def run(directory, *command):
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_kind_of_store_without_templates_is_described_and_not_used(make, monkeypatch, tmp_path):
    templates = tmp_path / "templates"
    shutil.copytree(generator.TEMPLATES, templates)
    shutil.rmtree(templates / "stores")
    monkeypatch.setattr(generator, "TEMPLATES", templates)

    folder = make("lambda", "dynamodb", None)

    assert load_service(folder / "service.yaml").stores
    assert "store" not in (folder / "handler.py").read_text()
