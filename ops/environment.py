"""The environment variables of a process that runs the engine: they select the provider.

No project file contains them, and a stack of a real account gets none of them.
"""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud import layout as layouts
from localcloud.account import REGION
from localcloud.backend import credentials
from localcloud.engine import wrappers
from localcloud.engine.find import LANGUAGE_HOST
from localcloud.engine.version import Version
from localcloud.layout import ROOT
from localcloud.ports import HOST, claim
from localcloud.provider.utilities.names import NAMES
from ops import folders
from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.engine.find import Engine
    from localcloud.layout import Layout

LOCAL = "local"
"""The only stack that the local provider serves."""

TOOLS = str(Path(sys.executable).parent)
"""The folder of the `bulkhead` command."""

POLICY_PACK = ROOT / "policy" / "packs" / "all"
"""The pack that evaluates the rules of all packs in one process."""

LAST_WITHOUT_SNAPSHOTS = Version(3, 260, 0)
WITHOUT_SNAPSHOTS = {"PULUMI_SKIP_CHECKPOINTS": "true", "PULUMI_EXPERIMENTAL": "true"}
"""A newer engine serialises an unused snapshot of the whole state at each step: the state service
receives a journal, and a preview saves nothing (decision 12)."""

BATCH_MILLISECONDS = "5"
"""How long the engine gathers journal entries: each step waits until its entry is saved, and the
state service is on this machine. Its default, 50, is for one behind the internet."""

DROPPED = (
    "AWS_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CREDENTIALS_PATH",
    "PULUMI_DISABLE_JOURNALING",
    "PULUMI_CONFIG_PASSPHRASE",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
)
"""Variables that select a real account, or bypass this environment."""


OWN_VARIABLES = (
    "PULUMI_OPTION_CONFIG_FILE",
    "PULUMI_OPTION_SECRETS_PROVIDER",
    "BULKHEAD_ARTIFACTS",
    folders.VARIABLE,
)
"""Variables that are for the program of this checkout alone."""

POLICY_VARIABLES = ("PULUMI_OPTION_POLICY_PACK", "PULUMI_OPTION_POLICY_PACK_CONFIG")


ENGINE_GOGC = "400"
"""Growth of the engine's heap, in percent, between garbage collections; Go's default is 100."""


@dataclass(frozen=True)
class Environment:
    """Variables to set and to unset for one stack."""

    variables: Mapping[str, str]
    dropped: tuple[str, ...] = DROPPED

    def over(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return *base* with these variables set and unset."""
        kept = {name: value for name, value in base.items() if name not in self.dropped}
        return kept | dict(self.variables)

    def as_shell(self) -> str:
        """Return shell commands for `eval`."""
        lines = [f"unset {name}" for name in self.dropped]
        lines += [f"export {name}={shlex.quote(value)}" for name, value in self.variables.items()]
        return "\n".join(lines)


def commands(layout: Layout) -> Path:
    """Return the folder that comes first in PATH."""
    return layout.home / "bin"


def passphrase_file(layout: Layout) -> Path:
    """Return the file with the passphrase of this environment's secrets, generated once."""
    path = layout.pulumi / "passphrase"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(24))
    return path


def local(layout: Layout, engine: Engine) -> Environment:
    """Return the environment of the stack `local`, with the local provider as `aws`."""
    return Environment(
        engine_variables(layout, engine, credentials.url(layout), LOCAL)
        | {
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(passphrase_file(layout)),
            "PULUMI_STACK": LOCAL,
            "PULUMI_JOURNALING_BATCH_PERIOD": BATCH_MILLISECONDS,
            "PULUMI_OPTION_SECRETS_PROVIDER": "passphrase",  # of `stack init`
            "PULUMI_DEBUG_PROVIDERS": providers(
                claim(layout, "provider"), claim(layout, "utilities")
            ),
            "AWS_ENDPOINT_URL": f"http://{HOST}:{claim(layout, 'aws')}",
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            layouts.VARIABLE: str(layout.home),
            folders.VARIABLE: folders.shown(folders.of_environment(LOCAL)),
            "BULKHEAD_ARTIFACTS": str(layout.artifacts / f"{LOCAL}.json"),
        }
    )


def providers(aws: int, utilities: int) -> str:
    """Return PULUMI_DEBUG_PROVIDERS: the providers that the engine finds on these ports."""
    return ",".join([f"aws:{aws}", *(f"{name}:{utilities}" for name in NAMES)])


def engine_variables(layout: Layout, engine: Engine, backend: str, name: str) -> dict[str, str]:
    """Return the variables for an engine run of the environment *name* on the URL *backend*."""
    variables = {
        "PULUMI_BACKEND_URL": backend,
        "PULUMI_HOME": str(_without_logs(credentials.home(layout))),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "GOGC": os.environ.get("GOGC", ENGINE_GOGC),
        "PULUMI_OPTION_POLICY_PACK": str(POLICY_PACK),
        "PULUMI_OPTION_POLICY_PACK_CONFIG": str(policy_config(layout, name)),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PATH": os.pathsep.join(
            dict.fromkeys([str(commands(layout)), TOOLS, *path_without_wrappers()])
        ),
    }
    if engine.version > LAST_WITHOUT_SNAPSHOTS:
        variables |= WITHOUT_SNAPSHOTS
    if engine.executor is not None:
        variables[wrappers.LANGUAGE_HOST_VARIABLE] = str(commands(layout) / LANGUAGE_HOST)
        variables["PULUMI_IGNORE_AMBIENT_PLUGINS"] = "true"
    return variables


def policy_config(layout: Layout, name: str) -> Path:
    """Return the file with the pack configuration of the environment *name*."""
    return layout.pulumi / f"policy-{name}.json"


def no_proxy_for_localhost(base: Mapping[str, str]) -> dict[str, str]:
    """Return NO_PROXY variables that add this machine to those of *base*.

    Otherwise gRPC would send requests to local ports through the proxy.
    """
    kept = base.get("no_proxy") or base.get("NO_PROXY") or ""
    known = [one for one in kept.split(",") if one]
    hosts = ",".join(dict.fromkeys([*known, HOST, "localhost"]))
    return {"no_proxy": hosts, "NO_PROXY": hosts}


def deploys(environment: str) -> str:
    """Return the command that deploys *environment*."""
    return "bulkhead up" if environment == LOCAL else f"pulumi up --stack {environment}"


def require_local(name: str, options: str = "") -> None:
    """Reject an environment of a real account: the local provider must not change its state.

    *options* of the command select the program.
    """
    if name != LOCAL:
        raise CommandError(
            f"There is no local environment {name!r}: only {LOCAL!r} is served by this machine.\n"
            f"To preview {name} without an account: bulkhead preview {name}{options}\n"
            f"To deploy it, with the credentials of its account: pulumi up --stack {name}"
        )


def _without_logs(home: Path) -> Path:
    """Return *home*, in which the CLI cannot write its automatic logs.

    It logs every request of a run, compressed and encrypted, in the folder `logs`: a third of its
    CPU time. It has no option for that; it goes on without a log where it cannot make the folder.
    """
    home.mkdir(parents=True, exist_ok=True)
    logs = home / "logs"
    if logs.is_dir():
        shutil.rmtree(logs, ignore_errors=True)
    if not logs.exists():
        logs.write_text("This file keeps the CLI from writing automatic logs: they are slow.\n")
    return home


def path_without_wrappers() -> list[str]:
    """Return the folders in PATH without those that an earlier `eval` added."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return [one for one in folders if not _has_wrapper(one)]


def _has_wrapper(folder: str) -> bool:
    command = os.path.join(folder, "pulumi")  # noqa: PTH118 - an empty entry must stay one
    return os.path.isfile(command) and wrappers.is_wrapper(command)  # noqa: PTH113 - the same
