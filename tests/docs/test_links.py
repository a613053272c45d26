"""What the pages name exists: links, headings, paths, commands, fields and settings."""

import json
import re

import pydantic
import pytest

from localcloud.layout import ROOT
from ops.lazy import command_names
from ops.main import COMMANDS
from spec.service import ServiceSpec
from stacks.settings import Settings

FOLDERS = (".", "examples", "docs", "docs/how-to", "docs/decisions", "docs/stores")
PAGES = sorted(page for folder in FOLDERS for page in (ROOT / folder).glob("*.md"))
TOP = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} | {".ci"}

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
MAKE = re.compile(r"\bmake ([a-z]+)\b")
BULKHEAD = re.compile(r"\bbulkhead ([a-z][a-z-]*)\b")
TARGET = re.compile(r"^([a-z ]+):", re.MULTILINE)
CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
PLACEHOLDER = re.compile(r"<[a-z ]+>")


def each_page(test):
    return pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))(
        test
    )


def anchors(page):
    """Return the anchors that a page's headings get."""
    found = HEADING.findall(FENCE.sub("", page.read_text()))
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in found}


def commands(page):
    """Return what a page tells to type: its blocks, and the code in its sentences."""
    text = page.read_text()
    return "\n".join([*SHELL.findall(text), *CODE.findall(FENCE.sub("", text))])


@each_page
def test_every_link_leads_somewhere(page):
    relative = [one for one in LINK.findall(page.read_text()) if "://" not in one]

    broken = []
    for link in relative:
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert broken == []


@each_page
def test_every_path_is_there(page):
    named = [
        word
        for code in CODE.findall(FENCE.sub("", page.read_text()))
        for word in code.split()
        if word.split("/")[0] in TOP and re.fullmatch(r"[\w.<>/*-]+", word)
    ]

    missing = [one for one in named if not list(ROOT.glob(PLACEHOLDER.sub("*", one).rstrip("/")))]

    assert missing == []


@each_page
def test_every_make_target_is_one(page):
    targets = " ".join(TARGET.findall((ROOT / "Makefile").read_text())).split()

    assert set(MAKE.findall(commands(page))) - set(targets) == set()


@each_page
def test_every_bulkhead_command_is_one(page):
    words = set(command_names(COMMANDS))

    assert set(BULKHEAD.findall(commands(page))) - words == set()


def test_every_decision_is_in_the_list():
    folder = ROOT / "docs" / "decisions"
    listed = LINK.findall((folder / "README.md").read_text())

    assert listed == sorted(one.name for one in folder.glob("[0-9]*.md"))


def test_every_setting_is_explained():
    text = (ROOT / "docs" / "environments.md").read_text()
    explained = {part for code in CODE.findall(text) for part in code.split(".")}

    assert set(leaves(Settings)) - explained == set()


def leaves(model):
    for name, field in model.model_fields.items():
        yield name
        if isinstance(field.annotation, type) and issubclass(field.annotation, pydantic.BaseModel):
            yield from leaves(field.annotation)


def test_every_field_of_a_service_is_explained():
    docs = ROOT / "docs"
    pages = [docs / "services.md", *docs.glob("stores/*.md"), *docs.glob("messaging/*.md")]
    explained = {code for page in pages for code in CODE.findall(page.read_text())}
    schema = ServiceSpec.model_json_schema()

    parts = [schema, *schema["$defs"].values()]
    fields = {name for part in parts for name in part.get("properties", {})}

    assert fields - explained == set()


def test_every_example_in_json_is_json():
    blocks = [
        block
        for page in PAGES
        for block in re.findall(r"^```json\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
    ]

    assert blocks
    assert all(json.loads(block) for block in blocks)


def test_no_page_names_a_place_on_one_machine():
    found = [
        str(page.relative_to(ROOT))
        for page in PAGES
        if re.search(r"(^|[\s`\"'])/(home|root|Users|work|tmp)/", page.read_text())
    ]

    assert found == []


@each_page
def test_a_page_is_merged(page):
    assert not CONFLICT.search(page.read_text())
