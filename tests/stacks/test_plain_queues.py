"""Plain queues: exactly the senders that the reader names may send."""

from spec.catalogue import Catalogue
from spec.service import ServiceSpec
from stacks.messaging import build_queues, reads, sends
from stacks.shared import Shared
from tests.stacks.descriptions import FUNCTION

SENDERS = {"letters": ["reminders", "billing"]}


def test_a_queue_is_defined_once_and_its_senders_learn_its_url(build, platform):
    described = {**FUNCTION, "queues": {"letters": {"senders": SENDERS["letters"]}}}
    spec = ServiceSpec.model_validate(described)
    found = {}

    def program():
        queues = build_queues(Catalogue({spec.name: spec}), platform, Shared())
        found["reader"] = reads(spec, queues)["letters"].source.queue is queues["letters"]
        for service in ("reminders", "billing", "catalog"):
            found[service] = sends(SENDERS, service, queues)

    made = build(program)

    assert [one.name for one in made.all("aws:sqs/queue:Queue")] == [
        "reminders-letters-dead-letters",
        "reminders-letters-queue",
    ]
    assert found["reader"]
    assert found["catalog"] == {}
    for sender in SENDERS["letters"]:
        publication = found[sender]["letters"]
        assert list(publication.variables) == ["QUEUE_URL"]
        assert [grant.actions for grant in publication.statements] == [["sqs:SendMessage"]]
