"""The code that a description names is looked for without importing it."""

import pytest

from spec.code import check_code
from spec.command import entry_points
from spec.faults import SpecError
from spec.service import ServiceSpec

FUNCTION = {"compute": {"kind": "lambda", "handler": "app.main.answer"}}
CONTAINERS = {
    "compute": {"kind": "fargate", "command": ["python", "-m", "parcels"]},
    "processes": {"relay": {"command": ["python", "-m", "kit.outbox", "ledger"]}},
    "migrations": {"command": ["python", "tools/migrate.py"]},
    "stores": {"ledger": {"kind": "aurora-postgresql"}},
}
CODE = {
    "parcels/app/main.py": "from app.deep import answer\nraise RuntimeError",
    "parcels/parcels/__main__.py": "",
    "parcels/tools/migrate.py": "",
    "parcels/tests/test_broken.py": "def (",
    "kit/outbox.py": "",
}


@pytest.fixture
def faults(write, tmp_path):
    """Return what is wrong with the code of a service; None removes a file."""

    def of(spec, **files):
        named = {"name": "parcels", "description": "Sends.", "owner": "post", "tier": "internal"}
        write({**named, **spec})
        for name, text in {**CODE, **files}.items():
            if text is not None:
                (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / name).write_text(text)
        try:
            check_code(ServiceSpec.model_validate({**named, **spec}), tmp_path, tmp_path)
        except SpecError as error:
            return str(error).replace(f"{tmp_path}/", "").splitlines()
        return []

    return of


@pytest.mark.parametrize("spec", [FUNCTION, CONTAINERS], ids=["function", "containers"])
def test_code_that_exists_is_not_run(faults, spec):
    assert faults(spec) == []


def test_a_missing_module_of_a_handler_is_named_with_its_line(faults):
    [fault] = faults(FUNCTION, **{"parcels/app/main.py": None})

    assert fault == (
        "parcels/service.yaml:7: compute.handler: found the module app.main, which does not"
        " exist; add app/main.py, or correct the name"
    )


@pytest.mark.parametrize(
    "text",
    [
        "def answer(): ...",
        "async def answer(): ...",
        "class answer: ...",
        "import other as answer",
        "(one, answer) = 1, 2",
        "answer: int = 1",
        "try:\n  import fast\n  answer = 1\nexcept ImportError:\n  pass",
        "if True:\n  pass\nelse:\n  def answer(): ...",
        "from other import *",
        "def __getattr__(name): ...",
    ],
)
def test_every_way_to_define_a_handler_is_known(faults, text):
    assert faults(FUNCTION, **{"parcels/app/main.py": text}) == []


def test_a_handler_that_its_module_does_not_define_is_answered_with_what_it_defines(faults):
    text = "def reply():\n    answer = 1\n\nimport os.path\n_private = 2"

    [fault] = faults(FUNCTION, **{"parcels/app/main.py": text})

    assert "found answer, which parcels/app/main.py does not define; " in fault
    assert fault.endswith("it defines os, reply")


@pytest.mark.parametrize(
    ("missing", "field", "found"),
    [
        ("parcels/parcels/__main__.py", "compute.command", "the module parcels,"),
        ("kit/outbox.py", "processes.relay.command", "the module kit.outbox,"),
        ("parcels/tools/migrate.py", "migrations.command", "the file tools/migrate.py,"),
    ],
)
def test_a_missing_program_is_named_with_its_field(faults, missing, field, found):
    [fault] = faults(CONTAINERS, **{missing: None, "parcels/parcels/keep": "", "kit/keep": ""})

    assert f" {field}: found {found} which does not exist; " in fault


def test_an_object_that_a_server_takes_must_be_defined(faults):
    command = {"kind": "fargate", "command": ["uvicorn", "parcels.web:app", "--factory"]}

    [fault] = faults({"compute": command}, **{"parcels/parcels/web.py": "create = 1"})

    assert "compute.command: found app, which parcels/parcels/web.py does not define" in fault


@pytest.mark.parametrize("module", ["gunicorn", "json.tool"])
def test_installed_modules_are_not_looked_for(faults, module):
    command = {"kind": "fargate", "command": ["python", "-m", module]}

    assert faults({"compute": command}, **{"parcels/requirements.txt": "gunicorn==1 \\"}) == []


def test_code_that_python_cannot_read_has_its_own_line(faults):
    text = "\ndef answer(event:\n"

    [fault] = faults(FUNCTION, **{"parcels/app/main.py": text})

    assert fault.startswith("parcels/app/main.py:2: found code that Python cannot read (")


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (["python", "-u", "-m", "a.b", "serve.py"], ["a.b"]),
        (["/usr/bin/python3.13", "serve.py"], ["serve.py"]),
        (["python", "-c", "print(1)"], []),
        (["gunicorn", "a.b:create"], ["a.b:create"]),
        (["node", "server.js"], []),
    ],
)
def test_what_a_command_starts(command, found):
    assert entry_points(command) == found
