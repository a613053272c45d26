"""Migrations of the database."""

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration
OWN = [
    (int(file.name[:4]),)
    for file in sorted(Path(__file__).parents[1].joinpath("migrations").glob("*.sql"))
]
"""The numbers of the service's migrations."""
NEXT = OWN[-1][0] + 1
LATE, NOTE = f"{NEXT:04}_late.sql", f"{NEXT + 1:04}_note.sql"


@pytest.fixture
def release(world, tmp_path):
    """A copy of the service with migrations that a test may change."""
    copy = tmp_path / "app"
    shutil.copytree(world.directory, copy)

    def run(**environment):
        before, world.directory = world.directory, str(copy)
        try:
            return world.run("orders.migrate", **environment)
        finally:
            world.directory = before

    run.folder = copy / "migrations"
    return run


def applied(world):
    return world.rows("SELECT number FROM schema_migrations ORDER BY number")


def test_two_runs_at_once_take_turns(world):
    runs = [world.start("orders.migrate") for _ in range(3)]

    assert [run.wait(timeout=30) for run in runs] == [0, 0, 0]
    assert applied(world) == OWN


def test_a_second_run_changes_nothing(migrated):
    code, log = migrated.run("orders.migrate")

    assert code == 0
    assert '"ran": []' in log


def test_a_migration_that_changed_after_it_ran_is_refused(migrated, release):
    first = release.folder / "0001_orders.sql"
    first.write_text(first.read_text() + "\n-- later\n")

    code, log = release()

    assert code == 1
    assert "0001_orders.sql changed after it ran: restore it" in log


def test_a_failing_migration_leaves_nothing_behind(migrated, release):
    (release.folder / f"{NEXT:04}_broken.sql").write_text(
        "CREATE TABLE half (id int); SELECT nonsense;"
    )

    code, log = release()

    assert code == 1
    assert f"{NEXT:04}_broken.sql failed: column" in log
    assert "Traceback" not in log
    assert migrated.rows("SELECT to_regclass('half')") == [(None,)]
    assert applied(migrated) == OWN


def test_an_earlier_version_runs_on_a_later_form(migrated, release):
    (release.folder / NOTE).write_text("ALTER TABLE orders ADD note text;")
    assert release()[0] == 0

    code, log = migrated.run("orders.migrate")

    assert code == 0
    assert "the database is ahead of this version" in log


def test_a_number_below_what_ran_is_refused(migrated, release):
    (release.folder / NOTE).write_text("ALTER TABLE orders ADD note text;")
    (release.folder / LATE).write_text("SELECT 1;")

    code, log = release()

    assert code == 1
    assert f"{LATE} is new, but {NOTE} ran already: number it {NEXT + 2:04}" in log


def test_two_files_with_one_number_are_refused(migrated, release):
    (release.folder / "0001_again.sql").write_text("SELECT 1;")

    code, log = release()

    assert code == 1
    assert "has the same number; give it the next" in log


def test_the_folder_that_the_description_names_is_the_one_that_is_read(migrated, release):
    release.folder.rename(release.folder.with_name("db"))
    (release.folder.with_name("db") / "0009_half.sql").write_text("SELECT 1/0;")

    code, log = release(MIGRATIONS_DIRECTORY="db")

    assert code == 1
    assert "0009_half.sql failed: division by zero" in log


@pytest.mark.parametrize("folder", ["nowhere", "orders"])
def test_a_folder_without_migrations_is_refused(migrated, release, folder):
    code, log = release(MIGRATIONS_DIRECTORY=folder)

    assert code == 1
    assert f"/{folder} has no migrations" in log
