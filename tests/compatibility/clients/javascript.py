"""The JavaScript SDK v3, in a process of Node.js that stays."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

from tests.compatibility.scenario import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.compatibility.table import Call


class JavaScript:
    """Commands, waiters, paginators and libraries of the SDK."""

    name = "js"
    kinds = ("call", "wait", "pages", "js")

    def __init__(self, node: str, folder: Path, variables: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [node, folder / "sdk_server.mjs"], cwd=folder, env={**os.environ, **variables},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, call: Call, what: str, parameters: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {
            "service": call.service, "kind": call.kind, "what": what, "parameters": parameters,
        }  # fmt: skip
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise Refused(answer["error"], answer["message"])
        return answer["output"]

    def close(self) -> None:
        self._process.communicate()
