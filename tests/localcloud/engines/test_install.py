"""Installing an engine from a Maven repository."""

import hashlib
import io
import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from localcloud.engines import installed
from localcloud.engines.install import InstallError, install

PROGRAM = b"#!/bin/sh\necho 1.2.3\n"


def archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as files:
        files.writestr("root/bin/lampd", PROGRAM)
        files.writestr("root/share/a.sql", "SELECT 1")
        files.writestr("root/share/manual.pdf", "x" * 200_000)
    return buffer.getvalue()


class Repository(BaseHTTPRequestHandler):
    """Serves `content`: all of it, or `broken_off` bytes of what was asked for."""

    content = b""
    broken_off = None
    ranges = True
    requests: list

    def do_GET(self):
        asked = self.headers["Range"]
        self.requests.append((self.path, asked))
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if self.ranges else 0
        rest = self.content[start:]
        self.send_response(206 if self.ranges else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: self.broken_off])

    def log_message(self, *_):
        pass


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A Maven repository with the engine `lamp`, which the lock file pins for this machine."""
    content = archive()
    handler = type("Handler", (Repository,), {"content": content, "requests": []})
    lock = tmp_path / "engines.lock.json"
    entry = {
        "version": "1.2.3",
        "maven": "org.example:lamp:1.2.3",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "platform": installed.this_platform(),
        "root": "root/",
        "files": ["bin/lampd", "share/*.sql"],
        "program": "bin/lampd",
    }
    lock.write_text(json.dumps({"lamp": entry}))
    monkeypatch.setattr(installed, "LOCK", lock)
    monkeypatch.setenv("BULKHEAD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))  # a script cannot be stripped
    installed.locked.cache_clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        monkeypatch.setenv("BULKHEAD_MAVEN_REPOSITORY", f"http://127.0.0.1:{server.server_port}/m2")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield handler
        server.shutdown()
    installed.locked.cache_clear()


def files():
    folder = installed.folder() / installed.key("lamp")
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def test_the_pinned_files_are_installed_once_and_progress_is_shown(repository):
    shown = []

    program = install("lamp", lambda what, done=0, total=0: shown.append((what, done, total)))
    again = install("lamp")

    size = len(repository.content)
    assert program == again == installed.program("lamp")
    assert (program.read_bytes(), program.stat().st_mode & 0o777) == (PROGRAM, 0o755)
    assert files() == ["bin/lampd", "share/a.sql"]
    assert repository.requests == [("/m2/org/example/lamp/1.2.3/lamp-1.2.3.jar", "bytes=0-")]
    assert ("Downloading lamp 1.2.3, 0 MB", size, size) in shown
    assert not list(installed.folder().glob("*.part"))


@pytest.mark.parametrize("ranges", [True, False])
def test_an_interrupted_download_is_continued_or_begun_anew(repository, ranges):
    repository.broken_off = 100_000
    with pytest.raises(InstallError, match="Run the command again: it continues after 0 of 0 MB"):
        install("lamp")
    assert installed.program("lamp") is None

    repository.broken_off, repository.ranges = None, ranges
    program = install("lamp")

    assert [one[1] for one in repository.requests] == ["bytes=0-", "bytes=65536-"]
    assert program.read_bytes() == PROGRAM


def test_a_download_with_another_hash_is_refused_and_deleted(repository):
    good, repository.content = repository.content, repository.content[:-1] + b"x"

    with pytest.raises(InstallError, match="lamp is not installed: the download has the SHA-256"):
        install("lamp")
    found = [installed.program("lamp"), *installed.folder().glob("*.part")]
    repository.content = good

    assert found == [None]
    assert install("lamp").is_file()


def test_a_machine_without_a_published_program_is_told_to_bring_its_own(repository, monkeypatch):
    monkeypatch.setattr(installed.platform, "machine", lambda: "riscv64")

    with pytest.raises(InstallError, match=r"-riscv64: install lamp .* so that lampd is on PATH"):
        install("lamp")
    assert repository.requests == []


def test_the_lock_file_names_whole_hashes_and_files_of_the_program():
    for entry in installed.locked().values():
        assert len(bytes.fromhex(entry.sha256)) == 32
        assert entry.program in entry.files
        assert entry.maven.endswith(f":{entry.version}")
