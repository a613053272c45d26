"""MariaDB: `mariadbd` on PATH, or installed by `bulkhead engines add mariadb`.

`admin.password` in the folder of a server is the password of the user ADMIN. Optional settings:

`master_username`, `master_password`   a user that may do all but administer the server, as in RDS
`database_name`                        a database

Both are created at start unless they exist, also when the engine is installed after the server was
created: an existing user keeps its password until the settings are applied to the running server.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pymysql

from localcloud.engines import installed
from localcloud.engines.commands import as_unprivileged
from localcloud.engines.engine import Engine, Server, ServerError
from localcloud.engines.statistics import Statistics, processor_seconds
from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

ADMIN = "bulkhead_admin"
CONNECT_SECONDS = 10
MASTER_PRIVILEGES = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER,"
    " SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW,"
    " CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER"
)
"""Privileges of the master user of RDS for MariaDB that apply to a server without replicas."""
SYSTEM_TABLES = (
    "mariadb_system_tables.sql",
    "mariadb_performance_tables.sql",
    "mariadb_system_tables_data.sql",
    "maria_add_gis_sp_bootstrap.sql",
)
"""Scripts of `mariadb-install-db`, without the help tables and the schema `sys`."""
PARAMETERS = {
    "bind-address": HOST,
    "socket": "server.sock",  # relative to the data directory: an absolute path may be too long
    "character-set-server": "utf8mb4",
    "innodb-buffer-pool-size": "16M",
    "innodb-log-buffer-size": "2M",
    "innodb-log-file-size": "8M",
    "aria-pagecache-buffer-size": "1M",
    "key-buffer-size": "1M",
    "performance-schema": "OFF",
    "pid-file": "server.pid",
    "skip-name-resolve": "ON",
    "ssl": "OFF",
}


def find() -> Path | None:
    """Return the program on PATH or the installed one."""
    found = shutil.which("mariadbd")
    return Path(found) if found else installed.program("mariadb")


def version(program: Path) -> str:
    """Return the version of *program*."""
    found = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return found.stdout.split(" Ver ")[1].split("-")[0]


def prepare(program: Path, server: Server) -> None:
    """Create the data directory, and the script that the server runs at start."""
    server.home.mkdir(parents=True, exist_ok=True)
    _write_private(server.home / "start.sql", "".join(_start_statements(server)))
    if server.data.exists():
        return
    password = secrets.token_urlsafe(24)
    _write_private(server.home / "admin.password", password)
    with tempfile.TemporaryDirectory(dir=server.home) as unfinished:
        fresh = Path(unfinished) / "data"
        Path(unfinished).chmod(0o777)  # the server's user creates its files
        fresh.mkdir(mode=0o777)
        fresh.chmod(0o777)
        _initialize(program, fresh, password)
        fresh.rename(server.data)


def _initialize(program: Path, data: Path, admin_password: str) -> None:
    scripts = _share(program)
    statements = [
        "CREATE DATABASE mysql;\nUSE mysql;\n",
        "SET @auth_root_socket=NULL, @skip_auth_anonymous=1;\n",
        *((scripts / name).read_text() for name in SYSTEM_TABLES),
        "FLUSH PRIVILEGES;\n",
        "DELETE FROM mysql.global_priv WHERE User IN ('root', '');\nFLUSH PRIVILEGES;\n",
        f"CREATE USER {ADMIN}@'%' IDENTIFIED BY {_literal(admin_password)};\n",
        f"GRANT ALL PRIVILEGES ON *.* TO {ADMIN}@'%' WITH GRANT OPTION;\n",
    ]
    command = [*_common(program, data), "--bootstrap", "--silent-startup", "--log-warnings=0"]
    done = subprocess.run(
        as_unprivileged(command),
        input="".join(statements),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerError(f"mariadbd --bootstrap failed in {data.parent.parent}: {done.stderr}")


def _start_statements(server: Server) -> Iterator[str]:
    """Yield the statements of `start.sql`, one per line as `--init-file` wants them."""
    settings = server.settings
    if name := settings.get("master_username"):
        user = f"{_literal(name)}@'%'"
        password = _literal(settings.get("master_password", ""))
        yield f"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY {password};\n"
        yield f"GRANT {MASTER_PRIVILEGES} ON *.* TO {user} WITH GRANT OPTION;\n"
    if database := settings.get("database_name"):
        yield f"CREATE DATABASE IF NOT EXISTS `{str(database).replace('`', '``')}`;\n"


def apply(server: Server) -> None:
    """Create the user and the database in the running server, and set the user's password."""
    statements = [*_start_statements(server)]
    if name := server.settings.get("master_username"):
        password = _literal(server.settings.get("master_password", ""))
        statements.append(f"ALTER USER {_literal(name)}@'%' IDENTIFIED BY {password}")
    try:
        with _connect(server) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    except pymysql.MySQLError as error:
        raise ServerError(f"MariaDB server '{server.identifier}': {error}") from error


def statistics(server: Server) -> Statistics:
    """Return the number of clients, and the processor time of the process."""
    try:
        with _connect(server) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW GLOBAL STATUS LIKE 'Threads_connected'")
            [(_, connected)] = cursor.fetchall()
        used = processor_seconds(int((server.data / PARAMETERS["pid-file"]).read_text()))
    except (pymysql.MySQLError, psutil.Error, ValueError) as error:
        raise ServerError(f"MariaDB server '{server.identifier}': {error}") from error
    return Statistics(connections=int(connected) - 1, processor_seconds=used)


def _connect(server: Server) -> pymysql.Connection:
    return pymysql.connect(
        host=HOST,
        port=server.port,
        user=ADMIN,
        password=(server.home / "admin.password").read_text(),
        connect_timeout=CONNECT_SECONDS,
        autocommit=True,
    )


def command(program: Path, server: Server) -> list[str]:
    """Return the command of *server*."""
    options = [f"--port={server.port}", f"--init-file={server.home / 'start.sql'}"]
    return as_unprivileged([*_common(program, server.data), *options])


def _common(program: Path, data: Path) -> list[str]:
    parameters = [f"--{name}={value}" for name, value in PARAMETERS.items()]
    places = [f"--lc-messages-dir={_share(program)}", f"--datadir={data}"]
    return [str(program), "--no-defaults", *places, *parameters]


def _share(program: Path) -> Path:
    """Return the folder with the SQL scripts and messages that belong to *program*."""
    base = program.resolve().parent.parent
    for folder in (base / "share", base / "share" / "mysql", base / "share" / "mariadb"):
        if (folder / SYSTEM_TABLES[0]).is_file():
            return folder
    raise ServerError(f"{program} is installed without {SYSTEM_TABLES[0]} below {base / 'share'}")


def _literal(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _write_private(path: Path, content: str) -> None:
    path.touch(mode=0o600)
    path.write_text(content)


ENGINE = Engine(
    name="mariadb",
    license="GPL-2.0",
    serves="mysql, mariadb, aurora-mysql",
    how_to_get="run bulkhead engines add mariadb",
    find=find,
    version=version,
    prepare=prepare,
    command=command,
    apply=apply,
    statistics=statistics,
    process="database",
)
