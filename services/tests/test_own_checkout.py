"""A checkout with its state inside, from the first `up`, which is killed, to `destroy`."""

import json
import re

import inventory
import psutil
import pytest
from checkout import Checkout
from shop import Shop, bulkhead, engine_of, eventually, read_until, start

from localcloud.layout import Layout
from ops import stack

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """Copy the project; its state is in the checkout."""
    checkout = Checkout.copy(tmp_path_factory.mktemp("mine"))
    layout = Layout(checkout.root / ".bulkhead")
    yield Shop(layout, root=checkout.root), checkout
    bulkhead(layout, "destroy", "--force", root=checkout.root, check=False)


def kill_engine(shop, line):
    """Kill the CLI of an `up` after *line* was printed; return the completed process."""
    with start(shop.layout, "up", root=shop.root) as command:
        read_until(command, line)
        engine = engine_of(command)
        eventually(lambda: stack.checkpoint(shop.layout).get("pending_operations"))
        engine.kill()
        said, _ = command.communicate(timeout=120)
    return command.returncode, said


def test_an_up_that_was_killed_twice_goes_on_to_exactly_one_of_each_resource(mine):
    shop, checkout = mine

    first = kill_engine(shop, "Creating orders-ledger-cluster")  # it is slow
    interrupted = stack.checkpoint(shop.layout)
    second = kill_engine(shop, "Creating orders-task-definition")
    shop.bulkhead("up")

    for code, said in (first, second):
        assert code == 1
        assert "The engine was killed by signal 9. Run the command again to continue." in said
    assert interrupted["pending_operations"]
    assert "Repaired the state of an interrupted run" in second[1]
    assert not stack.checkpoint(shop.layout).get("pending_operations")
    inventory.assert_exactly_one_of_each(shop.aws, shop.state())
    assert shop.put_item("lamp").status_code == 200
    assert shop.wait_for_notification(shop.place().json()["id"])
    assert re.search(r"Resources: \d+ unchanged\n", shop.bulkhead("up").stderr)
    assert checkout.changes() == ""


@pytest.mark.parametrize(
    "words", [("preview", "prod"), ("status",), ("build",), ("env",), ("token", "customer")]
)
def test_no_command_changes_the_checkout(mine, words):
    shop, checkout = mine

    shop.bulkhead(*words)

    assert checkout.changes() == ""


@pytest.mark.parametrize("words", [("preview",), ("up", "--yes"), ("refresh", "--yes")])
def test_plain_pulumi_does_not_change_the_checkout(mine, words):
    shop, checkout = mine

    shop.pulumi(*words)

    assert checkout.changes() == ""


def test_a_function_that_cannot_be_imported_fails_the_run_with_its_file_and_line(mine):
    shop, checkout = mine
    shop.bulkhead("build")
    checkout.edit("services/catalog/handler.py", "import functools\n", "import nothing_here\n")

    failed = shop.bulkhead("up", check=False)
    reported = shop.bulkhead("status", check=False)
    checkout.restore()
    corrected = shop.bulkhead("up")

    place = r"services/catalog/handler\.py:\d+: ImportModuleError: .*'nothing_here'"
    assert failed.returncode == 1
    assert re.search(rf"The service catalog is not ready: {place}", failed.stderr)
    assert "Its log: bulkhead logs catalog" in failed.stderr
    assert reported.returncode == 1
    assert re.search(rf"catalog +lambda +failed +{place}", reported.stdout)
    assert "Every service answers" in corrected.stderr
    assert re.findall(r"building .*", failed.stderr) == ["building the function catalog"]
    assert re.findall(r"building .*", corrected.stderr) == []
    assert shop.bulkhead("status").returncode == 0


def test_down_does_not_change_the_checkout(mine):
    shop, checkout = mine

    shop.bulkhead("down")

    assert checkout.changes() == ""


def test_destroy_leaves_no_resource_no_state_and_no_process(mine):
    shop, checkout = mine
    shop.bulkhead("up")
    ports = set(json.loads(shop.layout.ports.read_text()).values())

    shop.pulumi("destroy", "--yes")
    left = {kind: ids for kind, ids in inventory.of_cloud(shop.aws).items() if ids}
    state = [one for one in shop.state() if one["type"].startswith("aws:")]
    shop.bulkhead("destroy")
    listening = {one.laddr.port for one in psutil.net_connections("tcp") if one.status == "LISTEN"}

    assert left == {}
    assert state == []
    assert not shop.layout.home.exists()
    assert shop.processes() == []
    assert not listening & ports
    assert checkout.changes() == ""


def test_destroy_where_nothing_is_says_so(mine):
    shop, _ = mine

    assert "There is nothing to remove." in shop.bulkhead("destroy").stderr
