"""The index of all rules."""

from __future__ import annotations

from os.path import relpath
from typing import TYPE_CHECKING

from policy.engine.rule import When
from policy.packs import PURPOSES, Pack, rules_of
from policy.pages.locations import ROOT, source, test_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from policy.engine.rule import Rule

INTRODUCTION = """\
# The policy packs

Rules for the AWS resources of any Pulumi program. Each of the four packs runs alone in CrossGuard;
`policy/packs/all` runs all of them in one process:

    bulkhead policy config prod --output prod.json
    pulumi preview --policy-pack policy/packs/all --policy-pack-config prod.json

Without the engine and without credentials, on the output of an earlier run, on a Pulumi YAML
program, or on the state of the stack `local`:

    bulkhead policy check preview.json --environment prod --format sarif
    bulkhead policy check Pulumi.yaml
    bulkhead policy check local

The page of a rule, with its reason, parameters and examples: `bulkhead policy explain RULE`. All
pages are built by `make docs`; [the one of sqs-encrypted](rules/sqs-encrypted.md) is an example.
[coverage](coverage.md) relates the rules to controls of security frameworks, and
[configuration](configuration.md) describes levels, parameters and exemptions.
"""


def page(rules: Sequence[Rule], link: Callable[[Rule], str]) -> str:
    """Return the index of *rules*, with a *link* for each."""
    return "\n".join([*_lines(rules, link), ""])


def source_link(rule: Rule) -> str:
    """Return links from docs/policy to the source and to the test of *rule*."""
    tested = test_module(rule)
    links = [f"[{rule.name}]({_from_docs(source(rule))})"]
    return " ".join([*links, f"([test]({_from_docs(tested)}))"] if tested else links)


def _lines(rules: Sequence[Rule], link: Callable[[Rule], str]) -> Iterator[str]:
    yield INTRODUCTION
    yield from ("| Pack | Rules | Purpose |", "|---|---|---|")
    for pack in Pack:
        yield f"| `policy/packs/{pack}` | {len(rules_of(pack))} | {PURPOSES[pack]} |"
    yield from ("", f"## The {len(rules)} rules", "")
    yield from ("| Rule | Pack | Severity | Level | When | |", "|---|---|---|---|---|---|")
    for one in rules:
        when = "" if one.when is When.ALWAYS else one.when
        about = one.description.splitlines()[0]
        yield f"| {link(one)} | {one.pack} | {one.severity} | {one.level} | {when} | {about} |"


def _from_docs(path: Path) -> str:
    return relpath(path, ROOT / "docs" / "policy")
