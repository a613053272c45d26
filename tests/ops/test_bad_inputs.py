"""What a person gets wrong is answered with what, where, what was found and what to write.

No input ends in a traceback.
"""

from __future__ import annotations

import copy
import json
import re

import pytest
import yaml

from ops import folders

CONTAINER = {
    "name": "box",
    "description": "Keeps boxes.",
    "owner": "storage",
    "tier": "standard",
    "compute": {
        "kind": "fargate",
        "command": ["python", "-m", "box"],
        "cpu": 256,
        "memory_mib": 512,
        "health_check": "/health",
        "scaling": {"min": 1, "max": 2, "target": {"cpu_percent": 50}},
    },
    "processes": {"relay": {"command": ["python", "-m", "box"], "count": 1}},
    "roles": {"packer": "Packs boxes."},
    "routes": [{"path": "/boxes/{id}", "methods": ["GET"], "auth": "packer"}],
    "stores": {"ledger": {"kind": "aurora-postgresql", "version": "17"}},
    "publishes": ["box-packed"],
    "calls": [],
    "objectives": {"availability": 99.5, "p99_ms": 300},
}
FUNCTION = {
    "name": "box",
    "description": "Keeps boxes.",
    "owner": "storage",
    "tier": "standard",
    "compute": {
        "kind": "lambda",
        "handler": "handler.handler",
        "memory_mib": 256,
        "timeout_seconds": 10,
        "reserved_concurrency": 1,
    },
    "stores": {"items": {"kind": "dynamodb", "partition_key": {"name": "sku"}}},
    "publishes": ["box-packed"],
    "consumes": {"box-packed": {"batch_size": 5, "window_seconds": 1, "max_receives": 3}},
}
TEXT = [7, True, None, [], {}, ""]
NAME = [*TEXT, "Box", "a b", "x" * 65]
NUMBER = ["many", None, [], -1, 10**9, 1.5]
LIST = [7, "GET", {"a": 1}, [None], [["nested"]]]
MAPPING = [7, "text", ["a"], {"Not A Name": {}}, {"a": 7}]
WRONG = {
    "name": NAME,
    "description": [7, None, [], "", "x" * 257, "a snowman \u2603"],
    "owner": NAME,
    "tier": [*TEXT, "vital"],
    "compute": [7, None, [], "lambda", {}, {"kind": "lambada"}],
    "compute.kind": [*TEXT, "lambada"],
    "publishes": LIST,
    "calls": LIST,
    "routes": [*LIST, [{}], [{"path": "/a"}]],
    "roles": [7, "text", ["a"], {"public": "Everybody."}, {"a": ""}],
    "stores": MAPPING,
    "objectives": [7, "text", [], {"availability": 99.5, "colour": "red"}],
    "runbook": [7, [], "wiki", "http://wiki.test/a", "https://wiki.test/a b"],
}
OF_CONTAINERS = {
    "compute.command": [7, None, {}, [], [7], [""]],
    "compute.cpu": ["many", None, [], 3, 1.5],
    "compute.memory_mib": ["many", None, [], 3, 1.5],
    "compute.health_check": [7, None, [], "health", "/a b"],
    "compute.scaling": [7, "text", [], {"min": 5, "max": 2}],
    "compute.scaling.min": NUMBER[:4],
    "compute.scaling.target": [7, {}, {"colour": 1}],
    "compute.scaling.target.cpu_percent": [*NUMBER, 5],
    "processes": [*MAPPING, {"main": {"command": ["a"]}}],
    "processes.relay.count": ["many", None, [], 0, 1.5],
    "cors": [{"origins": ["https://a.test"]}],
    "routes.0.path": [7, None, [], "boxes", "/a b", "/{a}/{a}", "/" + "x" * 128],
    "routes.0.methods": [7, "GET", [], ["FETCH"], ["GET", "GET"], [7]],
    "routes.0.auth": NAME,
    "objectives.availability": ["high", None, [], 89, 100],
    "objectives.p99_ms": ["fast", None, [], 0, 1.5],
    "stores.ledger.kind": [*TEXT, "mysql"],
    "stores.ledger.version": [17, None, [], "17.2", "new"],
}
OF_FUNCTIONS = {
    "compute.handler": [*TEXT, "handler", "a b.c"],
    "compute.memory_mib": NUMBER,
    "compute.timeout_seconds": [*NUMBER, 901],
    "compute.reserved_concurrency": ["many", [], -1, 1.5],
    "consumes": MAPPING,
    "consumes.box-packed.batch_size": NUMBER,
    "consumes.box-packed.window_seconds": NUMBER,
    "consumes.box-packed.max_receives": NUMBER,
    "cors": [7, "text", [], {}, {"origins": []}, {"origins": ["*"]}, {"origins": ["a.test"]}],
    "stores.items.partition_key": [7, "sku", [], {}, {"name": 7}, {"name": "sku", "type": "text"}],
    "stores.items.ttl_attribute": [7, [], "", "sku"],
}
INPUTS = [
    (base, path, value)
    for base, wrong in ((CONTAINER, WRONG | OF_CONTAINERS), (FUNCTION, OF_FUNCTIONS))
    for path, values in wrong.items()
    for value in values
]
FAULT = re.compile(r"services/box/(service\.yaml|handler\.py):\d+: (\S+: )?(found )?.+; \w.+")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    services = tmp_path / "services"
    (services / "box").mkdir(parents=True)
    (services / "box" / "handler.py").write_text("def handler(event, context): ...\n")
    (services / "box" / "box.py").write_text("")
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    return services


def test_the_table_has_two_hundred_inputs():
    assert len(INPUTS) + len(FILES) + len(WORDS) >= 200


@pytest.mark.parametrize("base", [CONTAINER, FUNCTION], ids=["container", "function"])
def test_without_a_fault_the_descriptions_are_valid(bulkhead, folder, base):
    schema = folder / "box" / "events" / "box-packed" / "1.json"
    schema.parent.mkdir(parents=True)
    draft = "http://json-schema.org/draft-07/schema#"
    schema.write_text(json.dumps({"$schema": draft, "type": "object", "properties": {}}))
    (folder / "box" / "service.yaml").write_text(yaml.safe_dump(base))

    assert bulkhead("check")[:2] == (0, "box is valid\n")


@pytest.mark.parametrize(("base", "path", "value"), INPUTS)
def test_a_wrong_value_is_named_with_its_place_and_what_to_write(
    bulkhead, folder, base, path, value
):
    spec = copy.deepcopy(base)
    *parents, last = path.split(".")
    holder = spec
    for part in parents:
        holder = holder[int(part) if isinstance(holder, list) else part]
    holder[last] = value
    (folder / "box" / "service.yaml").write_text(yaml.safe_dump(spec))

    code, printed, complaint = bulkhead("check")

    assert (code, complaint) == (1, "")
    assert printed
    assert all(FAULT.fullmatch(line) for line in printed.splitlines()), printed


FILES = {
    "empty": b"",
    "a list": b"- name: box\n",
    "a word": b"box\n",
    "an open bracket": b"name: [\n",
    "a tab": b"name:\n\tbox\n",
    "indentation": b"name: box\n  owner: me\n",
    "not UTF-8": b"name: \xff\n",
    "NUL": b"name: \x00\n",
    "a tag": b"name: !!python/object:os.system ls\n",
    "an alias": b"name: &a box\nowner: *a\n",
    "twice": b"name: box\nname: box\n",
    "two documents": b"name: box\n---\nname: box\n",
    "a number as field": b"7: box\n",
    "deep": b"name: " + b"[" * 600,
    "an unknown field": yaml.safe_dump({**FUNCTION, "colour": "red"}).encode(),
    "another name": yaml.safe_dump({**FUNCTION, "name": "crate"}).encode(),
    "an unknown call": yaml.safe_dump({**FUNCTION, "calls": ["crate"]}).encode(),
    "itself": yaml.safe_dump({**FUNCTION, "calls": ["box"]}).encode(),
    "an event of nobody": yaml.safe_dump({**FUNCTION, "publishes": []}).encode(),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_broken_file_is_named_with_its_line(bulkhead, folder, content):
    (folder / "box" / "service.yaml").write_bytes(content)

    code, printed, complaint = bulkhead("check")

    assert (code, complaint) == (1, "")
    assert printed
    assert all(FAULT.fullmatch(line) for line in printed.splitlines()), printed


WORDS = [
    ("nothing",),
    ("up", "now"),
    ("check", "nothing"),
    ("preview",),
    ("preview", "nowhere"),
    ("preview", "../prod"),
    ("preview", ""),
    ("env", "prod"),
    ("env", "nowhere"),
    ("token",),
    ("token", "nobody"),
    ("logs",),
    ("logs", "nothing"),
    ("logs", "control", "-n", "many"),
    ("logs", "control", "-n", "-1"),
    ("build", "nowhere"),
    ("lock",),
    ("lock", "nothing"),
    ("lock", "../orders"),
    ("new",),
    ("new", "service"),
    ("new", "service", "Not A Name"),
    ("new", "service", "kit"),
    ("new", "service", "fine", "--kind", "vm"),
    ("new", "service", "fine", "--store", "paper"),
    ("policy",),
    ("policy", "explain", "nothing"),
    ("policy", "config", "nowhere"),
    ("policy", "check", "/nothing/here"),
    ("status", "--yaml"),
    ("url",),
    ("url", "nothing"),
    ("url", "https://example.com"),
]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_wrong_words_are_refused_with_a_message(bulkhead, words):
    code, printed, complaint = bulkhead(*words)

    assert code not in (0, None)
    assert "Traceback" not in printed + complaint
    assert (printed + complaint).strip()


COMMANDS = [
    ("up",),
    ("down",),
    ("destroy",),
    ("status",),
    ("build",),
    ("logs", "control"),
    ("token", "customer"),
    ("env",),
    ("preview", "dev"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("home", ["a file", "below a file", "/proc/nothing"])
def test_a_home_that_cannot_be_a_folder_is_named(bulkhead, monkeypatch, tmp_path, words, home):
    file = tmp_path / "file"
    file.write_text("mine")
    chosen = {"a file": file, "below a file": file / "home"}.get(home, home)
    monkeypatch.setenv("BULKHEAD_HOME", str(chosen))

    code, _, complaint = bulkhead(*words)

    assert code == 1
    assert complaint.startswith(f"The local environment cannot be in {chosen}: ")
    assert "Set BULKHEAD_HOME to a folder that you may write, or unset it." in complaint
    assert file.read_text() == "mine"
