"""`bulkhead new service` writes a valid service as a whole, or nothing."""

import pytest

from builders.packages import PackageError
from ops import folders, generator
from spec.reading import load_service

PUBLISHER = """\
name: shop
description: A service.
owner: platform
tier: internal
compute: {kind: lambda}
publishes: [sold]
"""


@pytest.fixture
def services(tmp_path, monkeypatch):
    folder = tmp_path / "services"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "service.yaml").write_text(PUBLISHER)
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    monkeypatch.setattr(
        generator, "lock", lambda made: (made / "requirements.txt").write_text("locked")
    )
    return folder


@pytest.mark.parametrize(
    ("options", "files"),
    [
        ([], {"handler.py"}),
        (["--store", "dynamodb", "--event", "sold"], {"handler.py"}),
        (["--publishes", "made"], {"events/made/1.json"}),
        (["--kind", "fargate"], {"Dockerfile", "mine_too/app.py", "mine_too/__main__.py"}),
        (
            ["--kind", "fargate", "--store", "aurora-postgresql"],
            {"Dockerfile", "mine_too/app.py", "migrations/0001_entries.sql"},
        ),
    ],
)
def test_a_service_is_written_whole(bulkhead, services, options, files):
    code, printed, complaint = bulkhead("new", "service", "mine-too", *options)

    assert code == 0, complaint
    assert "bulkhead check mine-too" in printed
    folder = services / "mine-too"
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    common = {"service.yaml", "requirements.in", "requirements.txt", "tests/test_service.py"}
    assert found >= files | common
    assert load_service(folder / "service.yaml").owner == "platform"
    assert sorted(one.name for one in services.iterdir()) == ["mine-too", "shop"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["Mine"], "'Mine' cannot be a service's name: write lower-case letters"),
        (["shop"], "services/shop exists already."),
        (["mine", "--kind", "mainframe"], "no kind 'mainframe'. Write one of: fargate, lambda"),
        (["mine", "--store", "paper"], "no store 'paper'. Write one of: aurora-mysql, aurora"),
        (["mine", "--event", "lost"], "no event 'lost'. Write one of: sold"),
        (["mine", "--store", "aurora-postgresql"], "or write compute.kind: fargate"),
        (["mine", "--owner", "My Team"], "services/mine/service.yaml:4: owner: found"),
    ],
)
def test_what_cannot_be_generated_is_refused_and_leaves_nothing(bulkhead, services, words, message):
    code, _, complaint = bulkhead("new", "service", *words)

    assert code == 1
    assert message in complaint
    assert [one.name for one in services.iterdir()] == ["shop"]


def test_requirements_that_cannot_be_locked_leave_nothing(bulkhead, services, monkeypatch):
    def offline(_folder):
        raise PackageError("the index cannot be reached")

    monkeypatch.setattr(generator, "lock", offline)

    code, _, complaint = bulkhead("new", "service", "mine")

    assert (code, "the index cannot be reached" in complaint) == (1, True)
    assert [one.name for one in services.iterdir()] == ["shop"]
