"""The bulkhead command as people type it: what goes wrong is said in one message."""

import json

import pytest
from typer.testing import CliRunner

from localcloud.layout import Layout
from localcloud.supervisor import client
from ops import main
from ops.locking import exclusive

WORDS = ["up", "down", "destroy", "status", "preview", "logs", "env", "build", "token"]


def test_every_word_is_offered():
    shown = CliRunner().invoke(main.app, ["--help"], terminal_width=120).output

    assert [word for word in WORDS if word not in shown] == []


@pytest.mark.parametrize("words", [["preview", "prd"], ["build", "prd"]])
def test_an_unknown_environment_is_answered_with_the_known_ones(bulkhead, words):
    code, _, complaint = bulkhead(*words)

    assert code == 1
    assert complaint.startswith("There is no environment 'prd': no file Pulumi.prd.yaml.\n")
    assert "local" in complaint


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_no_local_provider_is_printed_for_an_account(bulkhead, name):
    code, printed, complaint = bulkhead("env", name)

    assert (code, printed) == (1, "")
    assert f"bulkhead preview {name}" in complaint


def test_without_an_engine_and_without_go_one_message_names_the_ways_out(
    bulkhead, monkeypatch, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("BULKHEAD_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("localcloud.engine.install.INSTALLER", "http://127.0.0.1:1/")

    code, printed, complaint = bulkhead("env", "local")

    assert (code, printed) == (1, "")
    assert "https://www.pulumi.com/docs/install/" in complaint
    assert "https://go.dev/doc/install" in complaint


def test_a_stopped_local_cloud_is_said_so_with_the_way_to_start_it(bulkhead):
    code, printed, _ = bulkhead("status")

    assert code == 1
    assert printed == "The local cloud is stopped. Start it with: bulkhead up\n"


def test_the_status_of_a_stopped_local_cloud_can_be_read_by_a_program(bulkhead, save_state):
    save_state(("aws:lambda/function:Function", "catalog", "f", {}))

    code, printed, _ = bulkhead("status", "--json")

    report = json.loads(printed)
    assert code == 1
    assert set(report) == {
        "endpoints",
        "services",
        "modes",
        "recorded",
        "processes",
        "developed",
        "programs",
    }
    assert [(one["name"], one["state"]) for one in report["services"]] == [("catalog", "stopped")]


def test_a_token_before_the_first_up_is_refused(bulkhead):
    code, printed, complaint = bulkhead("token", "customer")

    assert (code, printed) == (1, "")
    assert complaint == "There is no local shop yet. Start with: bulkhead up\n"


@pytest.fixture
def shop_with_users(save_state):
    """What an `up` leaves of a shop that has a user pool."""
    pool_client = "aws:cognito/userPoolClient:UserPoolClient"
    save_state((pool_client, "users", "c", {"userPoolId": "eu-west-1_1"}))


def test_a_token_of_a_stopped_shop_is_refused(bulkhead, shop_with_users):
    code, printed, complaint = bulkhead("token", "customer")

    assert (code, printed) == (1, "")
    assert complaint == "The local cloud is stopped. Start it with: bulkhead up\n"


def test_a_user_pool_that_does_not_answer_is_named(bulkhead, layout, shop_with_users):
    with client.lock(layout):
        code, _, complaint = bulkhead("token", "customer")

    assert code == 1
    assert complaint.startswith("The user pool does not answer:")


def test_an_unknown_log_is_answered_with_the_known_ones(bulkhead, layout):
    layout.logs.mkdir(parents=True)
    (layout.logs / "control.log").write_text("x\n")

    code, _, complaint = bulkhead("logs", "order")

    assert code == 1
    assert complaint == "There is no log of 'order'.\nKnown logs: control\n"


def test_down_with_nothing_running_is_no_failure(bulkhead):
    code, _, said = bulkhead("down")

    assert code == 0
    assert "Nothing is running." in said


def test_destroy_with_nothing_there_is_no_failure(bulkhead, layout):
    code, _, said = bulkhead("destroy")

    assert code == 0
    assert "There is nothing to remove." in said
    assert not layout.home.exists()


def test_destroy_removes_all_state_of_an_environment_without_a_stack(bulkhead, layout):
    (layout.data / "databases").mkdir(parents=True)
    (layout.home / "ports.json").write_text("{}")

    code, _, said = bulkhead("destroy")

    assert code == 0
    assert "Everything is removed." in said
    assert not layout.home.exists()


def test_two_commands_do_not_change_one_environment_at_once(bulkhead, layout):
    with exclusive(layout):
        code, _, complaint = bulkhead("down")

    assert code == 1
    assert complaint.startswith("Another bulkhead command is changing")


def test_ctrl_c_is_answered_calmly(bulkhead, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(Layout, "current", interrupted)

    code, _, complaint = bulkhead("down")

    assert code == 130
    assert complaint == "Interrupted. The next run continues from here.\n"
