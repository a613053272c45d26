"""The pack `all`: every rule in one process, which costs the engine the least."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # a pack starts in its own folder

from policy.frame.analyzer import serve
from policy.rules import all_rules

serve("bulkhead", "0.1.0", all_rules())
