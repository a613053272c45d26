"""Fixtures for the tests of every service, here and in `examples/services`."""

import functools
import importlib
import json
import os
import sys
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import boto3
import psycopg
import pymysql
import pytest
from botocore.loaders import create_loader
from kit.testing.call_limits import call_limits  # noqa: F401 - a fixture for each test
from kit.testing.tokens import token
from moto import mock_aws
from psycopg import sql

from builders.build import build
from localcloud.engines.catalog import ENGINES
from localcloud.engines.database_servers import DatabaseServers
from localcloud.engines.databases import Databases
from localcloud.layout import Layout
from ops.artifacts import sources

SERVICES = Path(__file__).resolve().parent
FOLDERS = (SERVICES, SERVICES.parent / "examples" / "services")
PREFIXES = tuple(f"{folder}{os.sep}" for folder in FOLDERS)
AWS = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


def _is_service_code(module):
    file = getattr(module, "__file__", None) or ""
    if not file.startswith(PREFIXES):  # cheap: it is asked of every module
        return False
    return not {"tests", "conftest.py"} & set(Path(file).parts)


@pytest.fixture(scope="session", autouse=True)
def _models_read_once():
    """Share botocore's models: moto resets the default session for each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", functools.cache(create_loader))
        yield


_other_modules = {}


def _service_modules():
    """Return the modules of services; each of the others, thousands, is looked at once."""
    unknown = {n: m for n, m in sys.modules.items() if _other_modules.get(n) is not m}
    found = {name: module for name, module in unknown.items() if _is_service_code(module)}
    _other_modules.update({name: unknown[name] for name in unknown.keys() - found.keys()})
    return found


@pytest.fixture
def import_fresh(monkeypatch):
    """Import a module as in a new process with only these folders on its path.

    Afterwards the modules of other tests are back: what they import later belongs to them.
    """
    before = _service_modules()

    def forget(*packages):
        packaged = [name for name in sys.modules if name.partition(".")[0] in packages]
        for own in {*_service_modules(), *packaged}:
            del sys.modules[own]

    def load(name, *folders):
        forget(name.partition(".")[0], "kit")  # also those that an archive of a service has
        for folder in reversed(folders):
            monkeypatch.syspath_prepend(str(folder))
        return importlib.import_module(name)

    yield load
    forget()
    sys.modules.update(before)


@pytest.fixture
def kit(import_fresh):
    return lambda name: import_fresh(f"kit.{name}", SERVICES)


@pytest.fixture(name="token")
def _token():
    return token


@pytest.fixture(scope="session")
def call():
    """Send one request; return status, body and headers."""

    def send(method, url, body=None, headers=None):
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers or {}, method=method)
        request.add_header("content-type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read()), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read()), error.headers

    return send


@pytest.fixture(scope="session")
def artifacts(request):
    """A folder for builds, which later test runs reuse."""
    return request.config.cache.mkdir("bulkhead-services")


@pytest.fixture(scope="session")
def built(artifacts):
    """Artifacts of the shop for this machine; the first run installs from the package index."""
    return json.loads(build("local", sources(), artifacts).read_text())


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory):
    """A PostgreSQL server like that of the local environment; its master user is `master`."""
    databases = Databases(Layout(tmp_path_factory.mktemp("postgresql")), start_here=True)
    yield databases.create(
        "tests", master_username="master", master_password="m", database_name="postgres"
    )
    databases.stop()


@pytest.fixture
def aws(monkeypatch):
    """Emulate AWS in this process."""
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory):
    """A MariaDB server like that of the local environment; its master user is `master`."""
    if ENGINES["mariadb"].find() is None:
        pytest.skip(f"MariaDB is not installed: {ENGINES['mariadb'].how_to_get}")
    servers = DatabaseServers(
        Layout(tmp_path_factory.mktemp("mariadb")), "mariadb", start_here=True
    )
    yield servers.create(
        "tests", master_username="master", master_password="m", database_name="tests"
    )
    servers.stop()


@pytest.fixture
def store_variables(aws, monkeypatch):
    """Set the variables of a store with a database on a server, and those of its migrations."""

    def set_(store, name, server, migrations):
        content = json.dumps({"username": "master", "password": "m"})
        secret = boto3.client("secretsmanager").create_secret(Name=name, SecretString=content)
        variables = {
            "HOST": server.host,
            "PORT": str(server.port),
            "NAME": name,
            "USER": "master",
            "SSLMODE": "disable",
            "SECRET_ARN": secret["ARN"],
        }
        for end, value in variables.items():
            monkeypatch.setenv(f"{store.upper().replace('-', '_')}_{end}", value)
        monkeypatch.setenv("MIGRATIONS_DIRECTORY", str(migrations))

    return set_


@pytest.fixture
def postgresql_store(postgresql, kit, store_variables):
    """Create a database for a store, set its variables, and run the migrations in *migrations*."""
    login = {"user": "master", "password": "m"}

    def create(store, migrations=""):
        name = f"{store}-{uuid.uuid4().hex[:8]}"
        with psycopg.connect(
            host=postgresql.host, port=postgresql.port, dbname="postgres", autocommit=True, **login
        ) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        store_variables(store, name, postgresql, migrations)
        assert not migrations or kit("migrations").main(store) == 0

    return create


@pytest.fixture
def mysql_store(mariadb, store_variables):
    """Give a store an empty database on MariaDB, set its variables, and return a cursor."""
    opened = []

    def create(store, migrations=""):
        login = {"user": "master", "password": "m", "database": "tests"}
        connection = pymysql.connect(host=mariadb.host, port=mariadb.port, autocommit=True, **login)
        opened.append(connection)
        cursor = connection.cursor()
        cursor.execute("SHOW TABLES")
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE `{table}`")
        store_variables(store, "tests", mariadb, migrations)
        return cursor

    yield create
    for connection in opened:
        connection.close()
