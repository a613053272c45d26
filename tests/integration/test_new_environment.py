"""A new environment from its page alone is previewed, and every policy holds."""

import re
import subprocess
import tempfile
from pathlib import Path

import pytest

from localcloud.layout import ROOT
from tests.integration.checkouts import fresh_checkout

PAGE = ROOT / "docs" / "how-to" / "environment.md"
FILE = re.compile(r"^```\w+ (\S+\.\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ENGINE = re.compile(r"^```sh engine\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.integration
@pytest.mark.timeout(900)
def test_the_new_environment_of_the_page_keeps_every_policy():
    text = PAGE.read_text()
    with tempfile.TemporaryDirectory(prefix="bulkhead-staging-") as name:
        root = Path(name).resolve()
        environment = fresh_checkout(root)
        for file, content in FILE.findall(text):
            (root / file).write_text(content)
        [command] = ENGINE.findall(text)

        done = subprocess.run(
            ["bash", "-euc", command],
            cwd=root,
            env=environment | {"COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "every mandatory policy holds" in done.stdout
