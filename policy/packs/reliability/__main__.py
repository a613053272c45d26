"""The pack `reliability`, on its own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # a pack starts in its own folder

from policy.packs import Pack
from policy.process import run

run(Pack.RELIABILITY)
