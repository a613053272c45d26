"""Every example writes and reads its store, and reads again what it wrote after a failure."""

import re

import pytest

from spec.catalogue import load_catalogue
from tests.integration.gallery.cloud import EXAMPLES, UP, eventually

pytestmark = pytest.mark.integration
TEXT = {"text": "written"}
CACHES = {"memcached", "valkey"}
"""Kinds that are empty after a restart."""
SERVICES = {
    name: sorted(store.KIND for store in spec.stores.values())
    for name, spec in load_catalogue(EXAMPLES).services.items()
}


@pytest.mark.parametrize("name", SERVICES, ids=lambda name: "-".join([name, *SERVICES[name]]))
def test_what_is_written_can_be_read_after_the_store_was_killed(gallery, name):
    state, detail = gallery.states()[name]
    if state == "off":
        answer = gallery.request("GET", name, "a")
        assert (answer.status_code, answer.json()["message"]) == (503, detail)
        return

    written = gallery.request("PUT", name, "a", json=TEXT)
    read = gallery.request("GET", name, "a")
    for process in gallery.processes(name):
        gallery.kill(process)
    again = eventually(lambda: _read(gallery, name))

    assert (written.status_code, written.json()) == (read.status_code, read.json()) == (200, TEXT)
    kept = (404, None) if CACHES.issuperset(SERVICES[name]) else (200, TEXT)
    assert again == kept
    assert gallery.request("PUT", name, "b", json=TEXT).status_code == 200
    assert gallery.request("GET", name, "b").json() == TEXT


def _read(gallery, name):
    """Return status and body of a request, unless the service is recovering."""
    answer = gallery.request("GET", name, "a")
    if answer.status_code >= 500:
        return None
    return answer.status_code, answer.json() if answer.ok else None


def test_a_second_up_changes_nothing(gallery):
    assert re.search(r"Resources: \d+ unchanged\n", gallery.bulkhead(*UP))
