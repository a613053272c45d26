"""Files as a preview, a stack's export and a recorded run write them."""

import json

import pytest

from ops.main import main as bulkhead
from tests.policy.check.samples import QUIET


class Files:
    """Writes files into a folder."""

    STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
    QUEUE = "urn:pulumi:dev::shop::shop:index:Orders$aws:sqs/queue:Queue::orders"
    PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:aws::default"
    UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

    def __init__(self, folder):
        self.folder = folder

    def write(self, value, name="seen.json"):
        path = self.folder / name
        if isinstance(value, bytes):
            path.write_bytes(value)
        else:
            path.write_text(value if isinstance(value, str) else json.dumps(value, indent=2))
        return path

    def preview(self, *states, op="create", same=0):
        steps = [{"op": op, "urn": one["urn"], "newState": one} for one in states]
        summary = {op: len(states), "same": same}
        return self.write({"steps": steps, "duration": 5, "changeSummary": summary})

    def export(self, *states, version=3):
        deployment = {"manifest": {}, "resources": list(states)}
        return self.write({"version": version, "deployment": deployment})

    def recorded(self, *entries):
        return self.write(list(entries))

    def queue(self, inputs=None, **more):
        provider = f"{self.PROVIDER}::{self.UNKNOWN}"
        return self.state(self.QUEUE, inputs, parent=self.STACK, provider=provider, **more)

    def provider(self):
        inputs = {"region": "eu-west-1", "defaultTags": '{"tags": {"owner": "checkout"}}'}
        return self.state(self.PROVIDER, inputs, id="p")

    @staticmethod
    def state(urn, inputs=None, **more):
        typ = urn.split("::")[2].rpartition("$")[2]
        return {"urn": urn, "custom": True, "type": typ, "inputs": inputs or {}, **more}

    @staticmethod
    def secret(**value):
        return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", **value}


@pytest.fixture
def files(tmp_path):
    """Give the writer of files."""
    return Files(tmp_path)


@pytest.fixture
def main(monkeypatch):
    """Run `bulkhead policy` with *words*, and return its exit code."""

    def run(words):
        monkeypatch.setattr("sys.argv", ["bulkhead", "policy", *words])
        with pytest.raises(SystemExit) as ended:
            bulkhead()
        return ended.value.code

    return run


@pytest.fixture
def check(files, main, capsys):
    """Run the command on one file, with *settings* as the settings file."""

    def run(file, *words, settings=None):
        chosen = files.write({**QUIET, **(settings or {})}, "settings.json")
        code = main(["check", str(file), "--settings", str(chosen), *words])
        return code, *capsys.readouterr()

    return run
