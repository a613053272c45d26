"""The vendor's installer, played by a server on this machine."""

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psutil
import pytest

from localcloud.engine import cache as caches
from localcloud.engine import install as installs
from localcloud.engine.find import Engine
from localcloud.engine.install import install
from localcloud.engine.progress import silent
from localcloud.engine.version import pinned

GOOD = f"""#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in --install-root) root="$2" ;; --version) version="$2" ;; esac
  shift
done
mkdir -p "$root/bin"
printf '#!/bin/sh\\necho {pinned()}\\n' > "$root/bin/pulumi"
printf '#!/bin/sh\\n' > "$root/bin/pulumi-language-python"
chmod +x "$root/bin/pulumi" "$root/bin/pulumi-language-python"
[ "v$version" = {pinned()} ]
"""


@pytest.fixture
def vendor():
    """Serve a text at an address."""
    stopped = threading.Event()
    servers = []

    def serve(text, *, delay=0.0):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                stopped.wait(delay)
                self.send_response(200)
                self.end_headers()
                with contextlib.suppress(BrokenPipeError):
                    self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    stopped.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def test_what_the_installer_brings_goes_into_the_cache(tmp_path, vendor):
    got = install(tmp_path, silent, url=vendor(GOOD))

    folder = tmp_path / caches.installed_key()
    assert got == Engine(folder / "pulumi", pinned(), executor=None)


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\nexit 0\n"])
def test_an_installer_that_fails_or_brings_nothing_leaves_nothing(tmp_path, vendor, text):
    assert install(tmp_path, silent, url=vendor(text)) is None
    assert not (tmp_path / caches.installed_key()).exists()


def test_an_installer_that_takes_too_long_leaves_no_process(tmp_path, vendor, monkeypatch):
    monkeypatch.setattr(installs, "INSTALL_SECONDS", 0.5)
    pid = tmp_path / "pid"
    text = f"#!/bin/sh\nsleep 60 &\necho $! > {pid}\nwait\n"

    got = install(tmp_path / "cache", silent, url=vendor(text))

    assert got is None
    assert gone(int(pid.read_text()))


def gone(pid):
    end = time.monotonic() + 5
    with contextlib.suppress(psutil.NoSuchProcess):
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
    return True


def test_an_answer_that_is_no_script_is_not_run(tmp_path, vendor):
    assert install(tmp_path, silent, url=vendor("<html>Please sign in</html>")) is None


def test_a_vendor_that_is_slow_to_answer_is_given_up(tmp_path, vendor, monkeypatch):
    monkeypatch.setattr(installs, "PROBE_SECONDS", 0.1)

    assert install(tmp_path, silent, url=vendor(GOOD, delay=5.0)) is None
