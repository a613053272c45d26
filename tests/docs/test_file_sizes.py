"""Files stay small enough to be read in one go."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 300


def test_no_python_file_is_too_long_to_read_in_one_go():
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.py"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / name for name in names.split("\0") if name]

    lines = {file: len(file.read_bytes().splitlines()) for file in files if file.exists()}

    assert {file: count for file, count in lines.items() if count > MAX_LINES} == {}
    assert ROOT / "__main__.py" in lines
