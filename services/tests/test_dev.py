"""`bulkhead dev`: saved files run in the shop, and the deployment stays as it is."""

import os
import re
import signal
import subprocess
import threading
from contextlib import contextmanager

import pytest
import requests
from shop import eventually, start

pytestmark = pytest.mark.integration

HANDLER, APP = "services/catalog/handler.py", "services/orders/orders/app.py"
UNKNOWN_SKU, UNKNOWN_ORDER = "the catalogue has no sku", "there is no order"
BACK = "The deployed code runs again. To deploy what you saved: bulkhead up\n"
ANSWER_SECONDS = 30  # other tests and builds may take the CPU


class Dev:
    """A running command and what it has printed."""

    def __init__(self, process):
        self.process = process
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.said += line

    def wait_for(self, pattern, seconds=ANSWER_SECONDS):
        return eventually(lambda: re.search(pattern, self.said), seconds=seconds)

    def end(self):
        """Press Ctrl-C; return the exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(60)
        self._reader.join(10)
        return code


@pytest.fixture
def dev(shop, checkout):
    """Start `bulkhead dev` in the copy of the checkout."""

    @contextmanager
    def run(*names):
        with start(shop.layout, "dev", *names, root=checkout.root) as process:
            running = Dev(process)
            try:
                running.wait_for("Watching .*\n")
                yield running
            finally:
                running.end()

    return run


def catalog(shop):
    return shop.item("nosuch").json()["message"]


def orders(shop):
    return shop.order("nosuch").json()["message"]


def deployed(shop):
    """Return the code that the emulated AWS has, and the stack's state."""
    functions = shop.aws("lambda").list_functions()["Functions"]
    codes = {one["FunctionName"]: one["CodeSha256"] for one in functions}
    ecs = shop.aws("ecs")
    definitions = ecs.list_task_definitions()["taskDefinitionArns"]
    return codes, sorted(definitions), shop.state()


def test_a_saved_function_answers_until_ctrl_c(shop, checkout, dev):
    before, known = catalog(shop), deployed(shop)

    with dev("catalog") as running:
        checkout.edit(HANDLER, UNKNOWN_SKU, "we do not sell")
        eventually(lambda: catalog(shop).startswith("we do not sell"), seconds=ANSWER_SECONDS)
        running.wait_for(r"✓ catalog runs the saved code after \d+\.\d s\n")
        during, developed = deployed(shop), shop.status()["developed"]
        code = running.end()

    assert code == 0
    assert running.said.endswith(BACK)
    assert before == catalog(shop)
    assert before.startswith(UNKNOWN_SKU)
    assert known == during == deployed(shop)
    assert (developed, shop.status()["developed"]) == ({"catalog": running.process.pid}, {})


def test_saved_tasks_replace_the_others_under_load_without_a_failed_request(shop, checkout, dev):
    with dev("orders") as running, shop.under_load():
        for word in ("nowhere", "neither here"):
            checkout.restore()
            checkout.edit(APP, UNKNOWN_ORDER, word)
            eventually(lambda text=word: orders(shop).startswith(text), seconds=ANSWER_SECONDS)
            running.wait_for("✓ orders runs")
        code = running.end()
        eventually(lambda: orders(shop).startswith(UNKNOWN_ORDER), seconds=ANSWER_SECONDS)

    assert code == 0


def test_wrong_code_keeps_the_last_good_one(shop, checkout, dev):
    with dev() as running:
        checkout.edit(HANDLER, UNKNOWN_SKU, "we do not sell")
        eventually(lambda: catalog(shop).startswith("we do not sell"), seconds=ANSWER_SECONDS)
        checkout.edit(HANDLER, "def handler(", "def handler((")
        running.wait_for(r"✗ catalog: services/catalog/handler\.py:\d+: SyntaxError: .*\n")
        after_syntax = catalog(shop)
        checkout.edit(HANDLER, "def handler((", "def handler(")
        checkout.add(HANDLER, "import nothing_of_this_name\n")
        running.wait_for(r"✗ catalog: services/catalog/handler\.py:\d+: ImportModuleError: .*\n")
        checkout.add("services/delivery/delivery/app.py", "import nothing_of_this_name\n")
        running.wait_for(r"✗ delivery: Essential container in task exited[^✗]*nothing_of_this_name")
        after_imports = catalog(shop), shop.item("lamp").status_code
        log = shop.bulkhead("logs", "catalog", "-n", "60").stdout

    assert after_syntax.startswith("we do not sell")
    assert after_imports == (after_syntax, 200)
    assert re.search(r"bulkhead dev: services/catalog/handler\.py:\d+: SyntaxError", log)
    assert "nothing_of_this_name" in log


def test_after_a_kill_the_deployed_code_is_back(shop, checkout, dev):
    with dev("catalog", "orders") as running:
        checkout.edit(HANDLER, UNKNOWN_SKU, "we do not sell")
        checkout.edit(APP, UNKNOWN_ORDER, "nowhere")
        eventually(lambda: catalog(shop).startswith("we do not sell"), seconds=ANSWER_SECONDS)
        eventually(lambda: orders(shop).startswith("nowhere"), seconds=ANSWER_SECONDS)
        running.process.kill()

        eventually(lambda: catalog(shop).startswith(UNKNOWN_SKU), seconds=ANSWER_SECONDS)
        eventually(lambda: orders(shop).startswith(UNKNOWN_ORDER), seconds=ANSWER_SECONDS)


def test_changed_requirements_are_installed_first(shop, checkout, dev):
    locked = (checkout.root / "services/orders/requirements.txt").read_text()
    [added] = re.findall(r"^h11==.*?(?=^\S)", locked, re.MULTILINE | re.DOTALL)
    use = "import h11\n\nlogger = logging"

    with dev("catalog") as running:
        checkout.add("services/catalog/requirements.txt", added)
        running.wait_for("installing the requirements of catalog", seconds=120)
        running.wait_for("✓ catalog runs", seconds=120)
        checkout.edit(HANDLER, "logger = logging", use)
        checkout.edit(HANDLER, UNKNOWN_SKU, "h11")
        eventually(lambda: catalog(shop).startswith("h11"), seconds=ANSWER_SECONDS)


def test_a_second_one_for_a_service_is_refused(shop, checkout, dev):
    with dev("catalog") as running:
        refused = shop.bulkhead("dev", "orders", "catalog", root=checkout.root, check=False)

    assert refused.returncode == 1
    assert refused.stderr == (
        f"Another bulkhead dev (process {running.process.pid}) develops catalog: stop it with"
        " Ctrl-C, or name other services.\n"
    )


def test_an_unknown_service_is_refused_with_the_known_ones(shop, checkout):
    refused = shop.bulkhead("dev", "nosuch", root=checkout.root, check=False)

    known = "Deployed services: catalog, delivery, inventory, notifications, orders\n"
    assert refused.returncode == 1
    assert refused.stderr == f"The service 'nosuch' does not exist.\n{known}"


@pytest.mark.usefixtures("as_it_was")
def test_a_changed_service_file_is_deployed_and_the_saved_code_stays(shop, checkout, dev):
    origin = "https://other.example.com"

    with dev("catalog") as running:
        checkout.edit(HANDLER, UNKNOWN_SKU, "we do not sell")
        eventually(lambda: catalog(shop).startswith("we do not sell"), seconds=ANSWER_SECONDS)
        checkout.edit("services/catalog/service.yaml", "owner: merchandising", "owner: 7x7: [")
        running.wait_for(r"services/catalog/service\.yaml:\d+.*\n(.*\n)*.*Nothing is deployed\.")
        checkout.restore()
        checkout.edit(HANDLER, UNKNOWN_SKU, "we do not sell")
        checkout.edit("services/catalog/service.yaml", "https://shop.example.com", origin)
        running.wait_for(r"services/catalog/service\.yaml changed: bulkhead up\n")
        running.wait_for("Every service answers", seconds=300)
        eventually(lambda: catalog(shop).startswith("we do not sell"), seconds=ANSWER_SECONDS)
        asked = requests.options(
            f"{shop.endpoints['api']}/catalog/lamp",
            headers={"origin": origin, "access-control-request-method": "GET"},
            timeout=15,
        )
        running.wait_for("Save a file to run it; end with Ctrl-C")
        checkout.edit(HANDLER, "we do not sell", "sold out:")
        eventually(lambda: catalog(shop).startswith("sold out:"), seconds=ANSWER_SECONDS)
        running.end()
    after = catalog(shop)

    assert asked.headers["access-control-allow-origin"] == origin
    assert after.startswith("we do not sell")  # deployed together with the service file


@pytest.mark.usefixtures("as_it_was")
def test_up_in_another_terminal_deploys_what_was_saved(shop, checkout, dev):
    with dev() as running:
        checkout.edit(APP, UNKNOWN_ORDER, "nowhere")
        eventually(lambda: orders(shop).startswith("nowhere"), seconds=ANSWER_SECONDS)
        shop.bulkhead("up", root=checkout.root)
        with pytest.raises(subprocess.TimeoutExpired):
            running.process.wait(3)
        running.end()

    assert orders(shop).startswith("nowhere")
    assert all(one["state"] == "ready" for one in shop.status()["services"])
