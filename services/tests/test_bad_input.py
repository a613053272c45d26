"""Errors are reported once and clearly, and the next run without errors recovers."""

import json
import socket
from shutil import which

import pytest

pytestmark = pytest.mark.integration

NOWHERE = "http://127.0.0.1:1"


def refused(shop, checkout, **how):
    """Run an `up` that must fail, and return the end of its output."""
    done = shop.bulkhead("up", root=checkout.root, check=False, **how)
    assert done.returncode == 1
    assert not [line for line in done.stderr.splitlines() if line.startswith("Traceback")]
    return done.stderr


def assert_up_repairs(shop):
    shop.bulkhead("up")
    assert shop.place().status_code == 201


def test_broken_descriptions_are_named_with_file_line_and_what_to_write(shop, checkout):
    checkout.edit("services/orders/service.yaml", "tier: critical", "tier: vital")
    checkout.edit("services/catalog/service.yaml", "kind: lambda", "kind: lambada")

    said = refused(shop, checkout)

    orders, catalog = (
        f"{checkout.root}/services/{one}/service.yaml:" for one in ("orders", "catalog")
    )
    assert f"{orders}5: tier: found \"vital\"; write one of 'critical', 'standard'" in said
    assert catalog in said
    assert "Opening the stack" not in said


def test_an_unknown_setting_is_named_with_the_known_ones(shop, checkout):
    checkout.edit("Pulumi.local.yaml", "bulkhead:logs:", "bulkhead:logz:")

    said = refused(shop, checkout)

    assert "Pulumi.local.yaml cannot be used:" in said
    assert "bulkhead:logz: is not a setting; write logs, or one of environment, account" in said
    assert "bulkhead:logs: is missing" in said


def test_a_type_that_the_provider_lacks_is_refused_by_name(shop, checkout):
    database = "import pulumi_aws\n\npulumi_aws.glue.CatalogDatabase('books')\n"
    checkout.add("__main__.py", database)

    said = refused(shop, checkout)

    assert "books: aws:glue/catalogDatabase:CatalogDatabase is not supported" in said
    assert_up_repairs(shop)


def test_a_wrong_passphrase_is_named_with_its_file(shop, checkout):
    file = shop.layout.pulumi / "passphrase"
    right = file.read_text()
    file.write_text("not this one")
    try:
        said = refused(shop, checkout)
    finally:
        file.write_text(right)

    assert f"The passphrase in {file} does not decrypt the state of the stack local." in said
    assert "bulkhead destroy --force" in said


def test_a_missing_tool_is_named_with_the_ways_to_get_it(shop, checkout, tmp_path):
    (tmp_path / "bin").mkdir()
    for name in ("env", "git", "sh"):
        (tmp_path / "bin" / name).symlink_to(which(name))
    bare = {
        "PATH": str(tmp_path / "bin"),
        "BULKHEAD_CACHE_DIR": str(tmp_path / "cache"),
        "https_proxy": NOWHERE,
    }

    said = refused(shop, checkout, variables=bare)

    assert "There is no Pulumi CLI" in said
    assert "https://www.pulumi.com/docs/install/" in said
    assert "https://go.dev/doc/install" in said


def test_a_service_that_crashes_at_start_is_shown_with_its_last_lines(shop, checkout):
    crash = 'raise SystemExit("the ledger of today is not in place")\n\nlogger ='
    checkout.edit("services/orders/orders/app.py", "logger =", crash)

    said = refused(shop, checkout)
    served = shop.place().status_code

    assert "circuit breaker: 3 tasks failed to start" in said
    assert "the ledger of today is not in place" in said
    assert served == 201  # by the tasks that worked before
    assert_up_repairs(shop)


def test_a_service_that_never_becomes_healthy_is_shown_with_its_last_lines(shop, checkout):
    sick = 'raise RuntimeError("the probe finds no ledger")'
    checkout.edit("services/orders/orders/app.py", 'return {"status": "ok"}', sick)

    said = refused(shop, checkout)
    served = shop.place().status_code

    assert "health checks" in said
    assert "the probe finds no ledger" in said
    assert served == 201
    assert_up_repairs(shop)


def test_while_the_local_cloud_is_stopped_each_command_says_how_to_start_it(shop, checkout):
    shop.bulkhead("down")

    token = shop.bulkhead("token", "customer", check=False)
    status = shop.bulkhead("status", check=False)
    plain = shop.pulumi("preview", check=False)

    assert [one.returncode for one in (token, status, plain)] == [1, 1, 1]
    for printed in (token.stderr, status.stdout, plain.stderr):
        assert "The local cloud is stopped. Start it with: bulkhead up" in printed


@pytest.mark.parametrize("part", ["aws", "workers", "listener-shop"])
def test_a_port_in_use_is_named_with_who_uses_it(shop, checkout, part):
    shop.bulkhead("down")
    known = json.loads(shop.layout.ports.read_text())
    [(name, port)] = [
        one for one in known.items() if one[0].startswith(part) and "-80" not in one[0]
    ]

    with socket.create_server(("127.0.0.1", port)):
        said = refused(shop, checkout)

    assert f"port {port} on 127.0.0.1, assigned to {name}, is in use by" in said


def test_after_the_port_is_free_the_next_up_repairs(shop):
    assert_up_repairs(shop)
