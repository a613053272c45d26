"""The commands in the README print the output that it shows, in a fresh checkout."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from localcloud.layout import ROOT
from tests.integration.checkouts import fresh_checkout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

pytestmark = pytest.mark.integration

PAGES = (ROOT / "docs" / "operations.md",)
"""Further pages with blocks that are marked `tested`; they are run before the shop goes."""

STACK = re.compile(r"--stack (\w+)")

FENCE = re.compile(r"^```(\S[^\n]*)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "-- block {} --"
RUN_SECONDS = 500
VOLATILE = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b1-[0-9a-f]{8}-[0-9a-f]{24,}"), "TRACE"),
    (re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)"), "TIME"),
    (re.compile(r"127\.0\.0\.1:\d+"), "ADDRESS"),
    (re.compile(r"\bv3\.\d+\.\d+"), "VERSION"),
    # Teams add services: how much there is changes with every one, and says nothing about a page.
    (re.compile(r"\b\d+ (created|updated|unchanged|AWS resources)"), r"N \1"),
    (re.compile(r"^ *\d+ {2}(?=aws:)"), "N  "),
)


@dataclass(frozen=True)
class Block:
    """Some commands of a page, and what it says appears."""

    commands: str
    marks: frozenset[str]
    """Words after `sh`: `account` needs one, `tested` is run though the page is no tutorial."""
    shown: str


def blocks(page: Path) -> list[Block]:
    """Return each `sh` block of *page*, with the `text` block that follows it."""
    text = page.read_text()
    fences = list(FENCE.finditer(text))
    found: list[Block] = []
    for fence, after in zip(fences, [*fences[1:], None], strict=True):
        language, *marks = (fence[1] or "").split() or [""]
        if language == "sh":
            follows = (
                after and after[1] == "text" and "\n#" not in text[fence.end() : after.start()]
            )
            found.append(Block(fence[2], frozenset(marks), after[2] if follows else ""))
    return found


def run(commands: Iterable[str], folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Run all *commands* in one shell that stops at the first failure; return what each printed."""
    parts = list(commands)
    script = "\n".join(f"printf '\\n{MARK.format(n)}\\n'\n{part}" for n, part in enumerate(parts))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"exit code {done.returncode}:\n{done.stdout}"
    pieces = re.split(r"^-- block \d+ --$", done.stdout, flags=re.MULTILINE)
    assert len(pieces) == len(parts) + 1, done.stdout
    return pieces[1:]


def missing(shown: str, appeared: str) -> list[str]:
    """Return the lines of *shown* that did not appear, in this order."""
    rest = iter([_stable(line) for line in appeared.splitlines()])
    lines = [line for line in shown.splitlines() if line.strip()]
    return [line for line in lines if not any(_stable(line) == one for one in rest)]


def _stable(line: str) -> str:
    for pattern, word in VOLATILE:
        line = pattern.sub(word, line)
    return line.strip()


def commands_of(block):
    """Return what stands for *block*: where it needs an account, the previews of its stacks."""
    if "account" not in block.marks:
        return block.commands
    stacks = dict.fromkeys(STACK.findall(block.commands))
    return "\n".join(f".venv/bin/bulkhead preview {name}" for name in stacks)


def left_over(folder):
    """Return the processes that still work in *folder*."""
    found = [(one.pid, one.info["cmdline"]) for one in psutil.process_iter(["cmdline"])]
    return [one for one in found if any(str(folder) in word for word in one[1] or ())]


@pytest.fixture
def checkout():
    """Copy the project; whatever happens, nothing of it runs afterwards."""
    with tempfile.TemporaryDirectory(prefix="bulkhead-readme-") as name:
        folder = Path(name, "bulkhead").resolve()
        environment = fresh_checkout(folder)
        yield folder, environment
        words = ".venv/bin/bulkhead destroy --force || .venv/bin/bulkhead down"
        run([words], folder, environment)


def test_every_command_of_the_readme_does_what_it_shows(checkout):
    folder, environment = checkout
    *first, last = blocks(ROOT / "README.md")
    others = [one for page in PAGES for one in blocks(page) if "tested" in one.marks]
    everything = [*first, *others, last]

    appeared = run(map(commands_of, everything), folder, environment)

    pairs = zip(everything, appeared, strict=True)
    gone = {
        one.commands: (lines, text) for one, text in pairs if (lines := missing(one.shown, text))
    }
    assert gone == {}
    assert "make destroy" in last.commands
    assert not (folder / ".bulkhead").exists()
    assert _nothing_runs(folder)


def _nothing_runs(folder):
    deadline = time.monotonic() + 10
    while left_over(folder) and time.monotonic() < deadline:
        time.sleep(0.2)
    return not left_over(folder)
