"""How many files it takes to add something to Bulkhead.

`python -m bench.files_touched` applies each example in `bench/additions/` to a copy of the checkout
in which the generated files are generated again, runs the check that shows that the addition works,
and prints the table that `docs/architecture.md` shows. In an example, `<file>.edit` holds texts of
an existing file with what takes their place; every other file is new.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from bench.running import BenchError, screen
from localcloud.layout import ROOT

EXAMPLES = Path(__file__).parent / "additions"
EDIT = ".edit"
DOCS = "docs/"
LARGE = "tests/integration/state/"
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=120")
CONTRACT = (*PYTEST, "tests/localcloud/provider/test_contract.py", "-k")


@dataclass(frozen=True)
class Addition:
    """Something that people add, with the example that stands for it."""

    title: str
    example: str
    checks: tuple[tuple[str, ...], ...]
    """Arguments of Python that show that it works."""
    target: str
    generate: tuple[tuple[str, ...], ...] = ()
    """Arguments of Python that write the generated files."""
    generated: tuple[str, ...] = field(default=())
    """The files that those write."""

    @property
    def files(self) -> dict[str, Path]:
        """The files of the example by their path in the checkout, new and edited."""
        folder = EXAMPLES / self.example
        return {
            path.relative_to(folder).as_posix().removesuffix(EDIT): path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }

    @property
    def row(self) -> str:
        """The line of the table."""
        names = list(self.files)
        pages = [name for name in names if name.startswith(DOCS)]
        code = [name for name in names if name not in pages]
        numbers = (self.target, str(len(code)), str(len(pages)), str(len(self.generated)))
        edits = [name for name, source in self.files.items() if source.suffix == EDIT]
        places = ", ".join(f"`{n}`" if n in edits else n for n in [*code, *pages])
        return f"| {self.title} | {' | '.join(numbers)} | {places} |"


ADDITIONS = (
    Addition(
        "a resource type of a known AWS service",
        "known-service-type",
        ((*CONTRACT, "RedrivePolicy or every_row"),),
        "2",
    ),
    Addition(
        "the first type of an AWS service",
        "new-service-type",
        ((*CONTRACT, "Thing or every_row"),),
        "a folder and an example",
    ),
    Addition(
        "a component",
        "component",
        ((*PYTEST, "tests/components", "-k", "AuditLog or audit_log or outside"),),
        "2 and its layer",
    ),
    Addition(
        "a store kind, without its local engine",
        "store-kind",
        (
            (*PYTEST, "tests/stacks/test_kinds.py", "-k", "shelf or translation"),
            (*PYTEST, "tests/components/test_every_component.py", "-k", "Shelf"),
        ),
        "3",
        (("-m", "spec.schema"),),
        ("spec/service.schema.json",),
    ),
    Addition(
        "a compute kind",
        "compute-kind",
        ((*PYTEST, "tests/stacks/test_kinds.py", "-k", "translation or deploys"),),
        "3",
        (("-m", "spec.schema"),),
        ("spec/service.schema.json",),
    ),
    Addition(
        "a field of a service file",
        "spec-field",
        (
            (*PYTEST, "tests/stacks/test_from_spec.py", "-k", "every_field"),
            (*PYTEST, "tests/spec/test_schema.py", "tests/docs/test_links.py"),
        ),
        "3",
        (("-m", "spec.schema"),),
        ("spec/service.schema.json",),
    ),
    Addition(
        "a setting",
        "setting",
        (
            (*PYTEST, "tests/stacks/test_settings.py", "tests/docs/test_links.py"),
            (*PYTEST, "tests/components/test_every_component.py", "-k", "HttpApi"),
        ),
        "2",
    ),
    Addition(
        "a rule",
        "rule",
        (
            (*PYTEST, "tests/policy/rules/test_tables.py", "-k", "retention-a-day"),
            (*PYTEST, "tests/policy/test_rule_snapshot.py"),
            (*PYTEST, "tests/policy/docs/test_site.py", "-k", "up_to_date or retention_a_day"),
        ),
        "2",
        (("-m", "policy.pages"), ("-m", "policy.pages", "--record-rules")),
        ("docs/policy/README.md", "docs/policy/coverage.md", "tests/fixtures/rules.json"),
    ),
    Addition(
        "a command",
        "command",
        ((*PYTEST, "tests/ops/commands/test_version.py"),),
        "2",
    ),
    Addition(
        "a service",
        "service",
        (
            ("-m", "ops", "check", "counted-example"),
            (*PYTEST, "services/tests/test_routes.py", "-k", "counted-example"),
        ),
        "a folder",
    ),
)


def table() -> str:
    """Return the table in Markdown."""
    head = "| to add | aim | files | pages | generated | where |\n|---|---|---|---|---|---|\n"
    return head + "".join(f"{one.row}\n" for one in ADDITIONS)


def apply(addition: Addition, root: Path) -> None:
    """Write the files of *addition* into the checkout *root*; raises BenchError."""
    for name, source in addition.files.items():
        target = root / name
        if source.suffix == EDIT:
            target.write_text(edited(target.read_text(), source))
        elif target.exists():
            raise BenchError(f"{source} is not new: {name} exists")
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def edited(text: str, edit: Path) -> str:
    """Return *text* with the changes in *edit*; raises BenchError."""
    for change in edit.read_text().removesuffix("\n").split("\n===\n"):
        before, _, after = change.partition("\n---\n")
        if before not in text:
            raise BenchError(f"{edit}: the file has no {before!r}")
        text = text.replace(before, after, 1)
    return text


def verify(addition: Addition) -> None:
    """Apply *addition* to a copy of the checkout and run its checks; raises BenchError."""
    with tempfile.TemporaryDirectory(prefix="bulkhead-addition-") as name:
        root = Path(name).resolve()
        _copy(root)
        before = _contents(root)
        apply(addition, root)
        for arguments in (*addition.generate, *addition.checks):
            _run(root, arguments)
        now = _contents(root)
        touched = {path for path, text in now.items() if before.get(path) != text}
        expected = {*addition.files, *addition.generated}
        if touched != expected:
            raise BenchError(f"{addition.title}: touched {sorted(touched ^ expected)} besides")


def _copy(root: Path) -> None:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(LARGE):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)


def _contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {"__pycache__", ".hypothesis"}.intersection(path.parts)
    }


def _run(root: Path, arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"python {' '.join(arguments)}:\n{done.stdout}{done.stderr}")


def main() -> None:
    """Verify every addition and print the table."""
    for addition in ADDITIONS:
        with screen.status(addition.title):
            verify(addition)
    print(table(), end="")


if __name__ == "__main__":
    main()
