"""Writes the `pulumi` and the `aws` that `bulkhead env local` puts on PATH.

`aws` adds `--endpoint-url`: for SQS, the AWS CLI v1 ignores AWS_ENDPOINT_URL and sends its requests
to AWS.

The engine reads the salt of the passphrase from the stack's settings file. The salt differs on each
machine, so it is stored with the state and merged with Pulumi.local.yaml for each run; the checkout
does not change.
"""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from localcloud.backend import credentials
from localcloud.engine.find import CLI, LANGUAGE_HOST
from localcloud.engine.wrappers import MARK, language_host_script, write_command
from localcloud.layout import ROOT
from ops.environment import DROPPED, LOCAL, commands, policy_config
from ops.folders import of_environment

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.backend.foreign import ForeignProgram
    from localcloud.engine.find import Engine
    from localcloud.layout import Layout

_GUARD = """
unset {dropped}
case "${{1-}}" in
cancel|config|destroy|import|preview|refresh|stack|state|up|update|whoami)
  if ! {python} -I -S -c {probe} "${{PULUMI_DEBUG_PROVIDERS-}}"; then
    echo 'The local cloud is stopped. Start it with: '{start} >&2
    exit 1
  fi
esac
"""

_OWN_SETTINGS = """
policies={policies}
case "${{1-}}:${{PULUMI_OPTION_POLICY_PACK_CONFIG-}}" in
preview:"$policies"|up:"$policies"|update:"$policies")
  if ! [ -f "$policies" ] || [ -n "$(find {sources} -prune -newer "$policies")" ]; then
    (cd {root} && {python} -m ops policy config {local} --output "$policies") || exit 1
  fi
esac
settings={settings}
salt={salt}
merged={merged}
if [ "${{1-}}" != config ] && [ -f "$salt" ] && [ -z "${{PULUMI_OPTION_CONFIG_FILE-}}" ]; then
  {{
    if [ -f "$settings" ]; then grep -v '^encryptionsalt:' "$settings"; fi
    echo
    cat "$salt"
  }} > "$merged.$$" && mv "$merged.$$" "$merged"
  export PULUMI_OPTION_CONFIG_FILE="$merged"
fi
"""

_AWS = """
IFS=:
for folder in $PATH; do
  command="${{folder:-.}}/aws"
  if [ -f "$command" ] && [ -x "$command" ] && ! head -n 2 "$command" | grep -qF {mark}; then
    unset IFS
    exec "$command" ${{AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"}} "$@"
  fi
done
echo 'aws: command not found: install the AWS CLI' >&2
exit 127
"""

DYNAMIC = "pulumi-python"
"""The package of `pulumi.dynamic`: providers that a program defines."""

# The engine gives the options of the runtime as PULUMI_RUNTIME_*.
_DYNAMIC_PROVIDER = """
python="${PULUMI_RUNTIME_VIRTUALENV:+$PULUMI_RUNTIME_VIRTUALENV/bin/}python3"
exec "$python" -u -m pulumi.dynamic "$@"
"""

# The engine itself would wait for ten seconds, and would not say what to do.
_PROBE = """
import socket, sys
address = sys.argv[1].rpartition(":")
sys.exit(bool(address[2]) and bool(socket.socket().connect_ex(("127.0.0.1", int(address[2])))))
"""


def salt_file(layout: Layout) -> Path:
    """Return the settings file with the salt, in a folder in which the stack is created."""
    return layout.pulumi / "project" / f"Pulumi.{LOCAL}.yaml"


def write(
    layout: Layout, engine: Engine, *, root: Path = ROOT, dropped: tuple[str, ...] = DROPPED
) -> Path:
    """Write the commands of *layout* for the project in *root*, and return their folder.

    `pulumi` unsets the variables *dropped*.
    """
    folder = commands(layout)
    _write_plugins(layout, engine)
    layout.pulumi.mkdir(parents=True, exist_ok=True)
    script = _OWN_SETTINGS.format(
        python=shlex.quote(sys.executable),
        policies=shlex.quote(str(policy_config(layout, LOCAL))),
        sources=_policy_sources(),
        root=shlex.quote(str(ROOT)),
        local=LOCAL,
        settings=shlex.quote(str(root / f"Pulumi.{LOCAL}.yaml")),
        salt=shlex.quote(str(salt_file(layout))),
        merged=shlex.quote(str(layout.pulumi / "settings.yaml")),
    )
    guard = _guard(dropped, "bulkhead up")
    write_command(folder / CLI, f"{guard}\n{script.strip()}\n{_execute(engine)}")
    return write_aws(folder)


def write_foreign(
    layout: Layout, engine: Engine, program: ForeignProgram, dropped: tuple[str, ...]
) -> Path:
    """Write the commands for a program in another folder, and return their folder.

    Its settings are its own, so `pulumi` reads them itself.
    """
    folder = program.home / "bin"
    _write_plugins(layout, engine)
    start = f"bulkhead env {LOCAL} --program {shlex.quote(str(program.folder))}"
    write_command(folder / CLI, f"{_guard(dropped, start)}\n{_execute(engine)}")
    return write_aws(folder)


def _policy_sources() -> str:
    """Return what the pack configuration is generated from, for a shell.

    The folder of the services changes with each folder that is added to it.
    """
    services = shlex.quote(str(of_environment(LOCAL)))
    policy = shlex.quote(str(ROOT / "policy"))
    return f"{services} {services}/*/service.yaml {policy}/settings/*.json {policy}/exemptions.yaml"


def _guard(dropped: tuple[str, ...], start: str) -> str:
    return _GUARD.format(
        dropped=" ".join(dropped),
        python=shlex.quote(sys.executable),
        probe=shlex.quote(_PROBE),
        start=shlex.quote(start),
    ).strip()


def _execute(engine: Engine) -> str:
    return f'exec {shlex.quote(str(engine.cli))} "$@"'


def _write_plugins(layout: Layout, engine: Engine) -> None:
    """Write what an installed CLI has beside it: the language host, and dynamic providers."""
    if engine.executor is None:
        return
    write_command(commands(layout) / LANGUAGE_HOST, language_host_script(engine.executor))
    plugins = credentials.home(layout) / "plugins"
    folder = plugins / f"resource-{DYNAMIC}-{engine.version}"
    write_command(folder / f"pulumi-resource-{DYNAMIC}", _DYNAMIC_PROVIDER.strip())


def write_aws(folder: Path) -> Path:
    """Write an `aws` to *folder*, which executes the next one in PATH; return *folder*."""
    write_command(folder / "aws", _AWS.format(mark=shlex.quote(MARK)).strip())
    return folder
