"""The pages in docs/how-to do what they say, command by command and file by file."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest
import yaml

from localcloud.layout import ROOT
from ops import folders, generator
from policy import environments
from stacks import settings
from tests.conftest import whole

PAGES = ROOT / "docs" / "how-to"
SERVICE_PAGES = ["fastapi-service", "migration", "consumer"]
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OF_A_RUNNING_SYSTEM = {"up", "engine"}


def blocks(page):
    """Return the language, the file or kind, and the text of each block."""
    return BLOCK.findall((PAGES / f"{page}.md").read_text())


def test_every_page_is_run():
    assert {page.stem for page in PAGES.glob("*.md")} == {*SERVICE_PAGES, "environment"}


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """The services of the checkout, without a package index."""
    folder = tmp_path / "services"
    folder.mkdir()
    for source in sorted((ROOT / "services").iterdir()):
        if (source / "service.yaml").exists() or source.name == "kit":
            (folder / source.name).symlink_to(source)
        elif source.is_file():
            shutil.copyfile(source, folder / source.name)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    monkeypatch.setattr(generator, "lock", lambda _folder: None)
    return tmp_path


@pytest.mark.integration
@pytest.mark.parametrize("page", SERVICE_PAGES)
def test_a_page_about_a_service_works(bulkhead, checkout, page):
    ran = []
    for language, name, text in blocks(page):
        if language == "sh" and name not in OF_A_RUNNING_SYSTEM:
            for line in text.splitlines():
                run(bulkhead, checkout, shlex.split(line))
                ran.append(line.split()[0])
        elif name.startswith("services/"):
            (checkout / name).write_text(text)

    assert ran == ["bulkhead", "bulkhead", "python"]


def run(bulkhead, checkout, words):
    if words[0] == "bulkhead":
        code, printed, told = bulkhead(*words[1:])
        assert code == 0, printed + told
        return
    done = subprocess.run(
        [sys.executable, *words[1:], "-q", "-p", "no:cacheprovider"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_file_names_of_migrations_on_the_page_are_judged_as_it_says(bulkhead, checkout):
    rows = re.findall(
        r"^\| `(\d\S+\.sql)` \| (valid|refused)", (PAGES / "migration.md").read_text(), re.MULTILINE
    )
    bulkhead("new", "service", "ledger", "--kind", "fargate", "--store", "aurora-postgresql")
    folder = checkout / "services" / "ledger" / "migrations"

    for name, judged in rows:
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / name).write_text("SELECT 1")
        assert bulkhead("check", "ledger")[0] == (0 if judged == "valid" else 1), name
    assert {judged for _, judged in rows} == {"valid", "refused"}


def test_the_new_environment_is_valid_and_has_policy_settings(library, archive, tmp_path):
    files = {name: text for _, name, text in blocks("environment") if "." in name}
    shutil.copytree(environments.FOLDER, tmp_path / "settings")
    (tmp_path / "settings" / "staging.json").write_text(files["policy/settings/staging.json"])
    raw = yaml.safe_load(files["Pulumi.staging.yaml"])["config"]
    chosen = settings.parse({k.removeprefix("bulkhead:"): v for k, v in raw.items()}, "staging")

    made = whole(chosen, library, archive)

    assert made.all("bulkhead:service:Microservice")
    configured = environments.configuration("staging", tmp_path / "settings")
    assert configured["settings"]["production"] is False
