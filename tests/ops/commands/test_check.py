"""`bulkhead check` names each fault of a service's description, and builds nothing."""

import pytest

from ops import folders

VALID = """\
name: {name}
description: A service.
owner: platform
tier: internal
compute: {{kind: lambda}}
"""


@pytest.fixture
def services(tmp_path, monkeypatch):
    folder = tmp_path / "services"
    monkeypatch.setattr(folders, "ROOT", tmp_path)

    def write(name, extra="", text=VALID):
        (folder / name).mkdir(parents=True)
        (folder / name / "service.yaml").write_text(text.format(name=name) + extra)
        (folder / name / "handler.py").write_text("def handler(event, context): ...")

    return write


def test_valid_services_are_listed(bulkhead, services):
    services("one")
    services("two")

    assert bulkhead("check")[:2] == (0, "one is valid\ntwo is valid\n")


def test_each_fault_has_its_file_and_line(bulkhead, services):
    services("one", "colour: red\n")
    services("two")

    code, printed, _ = bulkhead("check")

    assert code == 1
    first, second = printed.splitlines()
    assert first.startswith("services/one/service.yaml:6: colour: found an unknown field; ")
    assert second == "two is valid"


def test_one_service_is_checked_while_another_is_broken(bulkhead, services):
    services("one")
    services("two", text="name: [")

    code, printed, _ = bulkhead("check", "one")

    assert (code, printed.splitlines()[0]) == (0, "one is valid")
    assert "two has faults" in printed


def test_services_are_compared_with_each_other(bulkhead, services):
    services("one", "calls: [two]\n")
    services("two")

    code, printed, _ = bulkhead("check", "one")

    assert code == 1
    assert "found the service 'two', which has no routes" in printed


def test_an_unknown_service_is_answered_with_the_known_ones(bulkhead, services):
    services("one")

    code, _, complaint = bulkhead("check", "two")

    assert (code, complaint) == (1, "There is no service 'two'. Services: one\n")


def test_a_handler_that_does_not_exist_is_a_fault_of_its_service(bulkhead, services, tmp_path):
    services("one")
    services("two")
    (tmp_path / "services" / "one" / "handler.py").write_text("def reply(event, context): ...")

    code, printed, _ = bulkhead("check")

    assert code == 1
    fault, valid = printed.splitlines()
    assert fault == (
        "services/one/service.yaml:5: compute.handler: found handler, which one/handler.py does not"
        " define; define handler there, or correct the name: it defines reply"
    )
    assert valid == "two is valid"
