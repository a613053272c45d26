"""How much room the logs of the local cloud take."""

from localcloud.supervisor import logs


def test_a_log_that_has_grown_goes_on_empty_and_its_end_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "MAX_LOG_BYTES", 10)
    log, small = tmp_path / "control.log", tmp_path / "workers.log"
    small.write_text("a line\n")

    with log.open("a", buffering=1) as writer:
        writer.write("much too old\nold line\n")
        logs.truncate_logs(tmp_path)
        writer.write("new line\n")

    assert log.read_text() == "new line\n"
    assert (tmp_path / "control.log.1").read_text() == "\nold line\n"
    assert small.read_text() == "a line\n"
    assert not (tmp_path / "workers.log.1").exists()
