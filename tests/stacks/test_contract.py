"""How layers hand their outputs to each other."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from stacks.contract import Contract


@dataclass(frozen=True, kw_only=True)
class QueuesOutputs(Contract):
    layer = "queues"

    url: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class WholeOutputs(Contract):
    layer = ""

    shop_url: str


class Stack:
    def __init__(self, outputs):
        self.outputs = outputs

    def require_output(self, name):
        return self.outputs[name]


def test_what_one_stack_exports_another_reads_by_the_same_type(build, monkeypatch):
    exported = {}
    monkeypatch.setattr(pulumi, "export", exported.__setitem__)

    QueuesOutputs(url="https://queue.test").export()

    assert exported == {"queues_url": "https://queue.test"}
    assert QueuesOutputs.read(Stack(exported)) == QueuesOutputs(url="https://queue.test")


def test_the_outputs_of_a_whole_environment_have_bare_names():
    assert WholeOutputs.output_name("shop_url") == "shop_url"
