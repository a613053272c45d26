"""The AWS CLI: version 1 in one process that stays, version 2 in a process for each call."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.session import Session

from tests.compatibility.scenario import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.compatibility.table import Call

_NAMES = {"s3": "s3api"}
_ERROR = re.compile(
    r"An error occurred \((?P<code>[\w.]+)\) when calling the \w+ operation(?: \(.*?\))?: ?"
    r"(?P<text>.*)"
)
SECONDS = 60


class CommandLine:
    """Runs `aws`; blobs at the top level of the parameters are files."""

    kinds = ("call", "wait", "pages", "shell")

    def __init__(self, name: str, command: list[str], variables: Mapping[str, str]) -> None:
        self.name = name
        self._command = command
        self._variables = {**os.environ, **variables, "AWS_PAGER": ""}
        self._session = Session()

    def run(self, call: Call, what: str, parameters: Any) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            if call.kind == "shell":
                return {"output": self._started(["sh", "-ec", what], folder).strip()}
            return self._answer(call, what, parameters, Path(folder))

    def _answer(self, call: Call, what: str, parameters: Any, folder: Path) -> Any:
        words = [_NAMES.get(call.service, call.service)]
        if call.kind == "wait":
            words += ["wait", what.replace("_", "-")]
        else:
            words.append(xform_name(what, "-"))
        size = parameters.pop("PageSize", None) if call.kind == "pages" else None
        words += ["--page-size", str(size)] if size else []
        kept = dict(parameters)
        if call.service == "lambda" and "Code" in kept:
            kept["ZipFile"] = kept.pop("Code")["ZipFile"]
        for name, value in list(kept.items()):
            if isinstance(value, dict) and set(value) == {"$bytes"}:
                file = folder / name
                file.write_bytes(base64.b64decode(kept.pop(name)["$bytes"]))
                streams = (call.service, name) == ("s3", "Body")
                words += [f"--{xform_name(name, '-')}", f"{'' if streams else 'fileb://'}{file}"]
        stream = self._stream(call.service, what) if call.kind == "call" else None
        output = folder / "output"
        if stream:  # such an operation takes no --cli-input-json
            words += [word for k, v in kept.items() for word in (f"--{xform_name(k, '-')}", v)]
            words.append(str(output))
        elif kept:
            words += ["--cli-input-json", json.dumps(kept)]
        answer = json.loads(self._started([*self._command, *words], str(folder)) or "{}")
        return {**answer, stream: output.read_text()} if stream else answer

    def _stream(self, service: str, operation: str) -> str | None:
        shape = self._session.get_service_model(service).operation_model(operation).output_shape
        payload = shape and shape.serialization.get("payload")
        return payload if payload and shape.members[payload].type_name == "blob" else None

    def _started(self, words: list[str], folder: str) -> str:
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, cwd=folder, timeout=SECONDS,
            env=self._variables,
        )  # fmt: skip
        return output_of(done.returncode, done.stdout, done.stderr)


def output_of(code: int, output: str, errors: str) -> str:
    """Return the output of a command; raise Refused if it failed."""
    if code == 0:
        return output
    found = _ERROR.search(errors)
    raise Refused(*(found.groups() if found else ("CommandFailed", errors.strip())))


class ResidentCommandLine(CommandLine):
    """The AWS CLI v1 without its start for each call."""

    def __init__(self, name: str, python: Path, variables: Mapping[str, str]) -> None:
        super().__init__(name, ["aws"], variables)
        self._process = subprocess.Popen(
            [python, Path(__file__).with_name("awscli_server.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self._variables,
        )  # fmt: skip

    def close(self) -> None:
        self._process.communicate()

    def _started(self, words: list[str], folder: str) -> str:
        if words[0] != "aws":
            return super()._started(words, folder)
        endpoint = ["--endpoint-url", self._variables["AWS_ENDPOINT_URL"]]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([*endpoint, *words[1:]]) + "\n")
        self._process.stdin.flush()
        return output_of(*json.loads(self._process.stdout.readline()))
