"""The file that lists the services that are stopped on this machine."""

import pytest

from localcloud import stopped
from localcloud.layout import Layout
from localcloud.stopped import Stopped, StoppedServices


def test_a_reader_sees_each_change_of_the_file(tmp_path):
    layout = Layout(tmp_path)
    follow = StoppedServices(layout)
    seen = [follow()]

    for services in ({"orders"}, {"orders", "catalog"}, set()):
        stopped.write(layout, Stopped(frozenset(services)))
        seen.append(follow())

    assert [sorted(one.services) for one in seen] == [[], ["orders"], ["catalog", "orders"], []]
    assert list(layout.data.iterdir()) == []


def test_what_is_stopped_is_kept_for_other_processes(tmp_path):
    layout, content = Layout(tmp_path), Stopped(frozenset({"orders"}), frozenset({"ledger"}))

    stopped.write(layout, content)

    assert stopped.read(layout) == content == StoppedServices(layout)()


@pytest.mark.parametrize(
    ("tags", "service"),
    [
        ([{"Key": "owner", "Value": "a"}, {"Key": "service", "Value": "orders"}], "orders"),
        ([{"key": "service", "value": "orders"}], "orders"),
        ([{"key": "owner", "value": "a"}], ""),
        ([], ""),
    ],
)
def test_a_tag_names_the_service_of_a_resource(tags, service):
    assert stopped.service_of(tags) == service
