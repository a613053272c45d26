from __future__ import annotations

import subprocess

import pytest

from localcloud.layout import Layout
from localcloud.runtime.functions import interpreter
from localcloud.runtime.functions.interpreter import InterpreterError, function_python
from tests.localcloud.runtime.fake_cloud import layout_with_interpreter


def test_an_interpreter_that_is_there_is_used_as_it_is(tmp_path, monkeypatch):
    layout = layout_with_interpreter(tmp_path / "home")
    monkeypatch.setattr(interpreter, "_make", None)

    python = function_python(layout)

    assert python == tmp_path / "home" / "function-runtime" / "bin" / "python"


def test_one_that_cannot_be_made_says_why_and_leaves_nothing(tmp_path, monkeypatch):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("boto3==1.44.5\n")  # without the hash that is asked for
    monkeypatch.setattr(interpreter, "REQUIREMENTS", requirements)
    layout = Layout(tmp_path / "home")

    with pytest.raises(InterpreterError, match="boto3"):
        function_python(layout)

    assert not [path for path in layout.home.iterdir() if path.is_dir()]


@pytest.mark.integration
def test_one_that_is_made_has_what_lambda_brings_and_nothing_of_ours(tmp_path):
    python = function_python(Layout(tmp_path))

    code = "import boto3, awslambdaric\ntry:\n    import moto\nexcept ImportError:\n    print('ok')"
    answer = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout == "ok\n"
