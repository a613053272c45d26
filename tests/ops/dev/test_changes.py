"""What a saved file changes."""

import pytest

from ops.dev.changes import sort
from ops.dev.syntax import Syntax
from ops.folders import KIT

SERVICES = KIT.parent


@pytest.mark.parametrize(
    ("path", "files", "kit"),
    [
        ("orders/orders/app.py", {"orders": {"orders/app.py"}}, False),
        ("orders/service.yaml", {"orders": {"service.yaml"}}, False),
        ("kit/log.py", {}, True),
        ("orders/tests/test_service.py", {}, False),
        ("orders/orders/__pycache__/app.cpython-311.pyc", {}, False),
        ("orders/orders/.app.py.swp", {}, False),
        ("roles.yaml", {}, False),
        ("orders", {}, False),
        ("../README.md", {}, False),
    ],
)
def test_a_file_belongs_to_its_service_or_to_the_kit(path, files, kit):
    found = sort([(SERVICES / path).resolve()], SERVICES)

    assert (found.files, found.kit) == (files, kit)


def test_the_time_of_the_last_save_is_kept():
    paths = [SERVICES / "orders" / "service.yaml", SERVICES / "catalog" / "handler.py"]

    found = sort([*paths, SERVICES / "catalog" / "deleted.py"], SERVICES)

    assert found.saved_at == max(one.stat().st_mtime for one in paths)
    assert found.service_files == {"orders"}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"def handler(event:\n", "handler.py:1: SyntaxError: '(' was never closed"),
        (b"x = 1\n\n  y = 2\n", "handler.py:3: IndentationError: unexpected indent"),
        (b"return 1\n", "handler.py:1: SyntaxError: 'return' outside function"),
        (b"x = '\xff'\n", "handler.py:1: SyntaxError: (unicode error)"),
        (b"x = 1\x00\n", "handler.py:1: "),
        (b"x = '\\d'\nassert (x, 1)\n", ""),
    ],
)
def test_a_syntax_error_is_found_with_its_line(tmp_path, content, error):
    (tmp_path / "handler.py").write_bytes(content)

    errors = Syntax().errors([tmp_path / "handler.py"])

    assert [one.startswith(f"{tmp_path}/{error}") for one in errors] == [True] * bool(error)


def test_a_file_is_wrong_until_it_is_corrected(tmp_path):
    syntax, file, other = Syntax(), tmp_path / "one.py", tmp_path / "other.txt"
    other.write_text("def (")
    counts = []
    for content in ("x = 1", "x = ", "x = ", "x = 2"):
        file.write_text(content)
        counts.append(len(syntax.errors([file, other])))

    assert counts == [0, 1, 1, 0]
