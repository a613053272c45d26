"""The message about a function that cannot start names the file and line in the checkout."""

import pytest

from ops import folders
from ops.initialization import explain

UNPACKED = "/home/me/.bulkhead/data/functions/" + "a1" * 32 + "/"


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    folder = tmp_path / "services" / "greeter"
    (folder / "greeter").mkdir(parents=True)
    (folder / "greeter" / "handler.py").write_text(
        "import json\nfrom os import path, nope\n\ndef greet():\n    import nothing.at_all\n"
    )
    return folder


def error(kind, message, *frames):
    return {"errorType": kind, "errorMessage": message, "stackTrace": list(frames)}


def test_an_exception_is_placed_by_the_last_frame_in_the_functions_code(source):
    failed = error(
        "KeyError",
        "'most'",
        f'  File "{UNPACKED}greeter/handler.py", line 3, in <module>\n    limits["most"]\n',
        '  File "/usr/lib/python3.13/json/__init__.py", line 9, in loads\n',
    )

    assert explain(failed, source) == "services/greeter/greeter/handler.py:3: KeyError: 'most'"


def test_a_library_is_placed_by_its_path_in_the_archive(source):
    failed = error("ValueError", "no", f'  File "{UNPACKED}jwt/api.py", line 7, in <module>\n')

    assert explain(failed, source) == "jwt/api.py:7: ValueError: no"


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("Unable to import module 'greeter.handler': No module named 'nothing'", 5),
        ("Unable to import module 'greeter.handler': No module named 'nothing.at_all'", 5),
        (
            (
                "Unable to import module 'greeter.handler': cannot import name 'nope' from 'os'"
                " (/usr/lib/python3.13/os.py)"
            ),
            2,
        ),
    ],
)
def test_a_failed_import_is_placed_by_its_statement(source, message, line):
    failed = error("Runtime.ImportModuleError", message)

    place = f"services/greeter/greeter/handler.py:{line}"
    assert explain(failed, source) == f"{place}: ImportModuleError: {message}"


def test_a_missing_handler_is_placed_in_the_service_file(source):
    message = "Handler 'nope' missing on module 'greeter.handler'"

    said = explain(error("Runtime.HandlerNotFound", message), source)

    assert said == f"services/greeter/service.yaml: HandlerNotFound: {message}"


def test_an_exit_has_no_place(source):
    failed = error("Runtime.ExitError", "Runtime exited with error: exit status 3")

    said = "ExitError: Runtime exited with error: exit status 3"
    assert explain(failed, source) == said
