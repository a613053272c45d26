"""The program: settings, environment, exports."""

from __future__ import annotations

import gc
from pathlib import Path

from services.catalogue import load_catalogue
from stacks import artifacts, environment, settings
from stacks.requests import wait_in_turn

ROOT = Path(__file__).resolve().parent

if __name__ == "__main__":
    gc.disable()  # looking for garbage takes a sixth of the few seconds that the program lives
    chosen = settings.read()
    environment.build(
        chosen,
        load_catalogue(ROOT / "services"),
        artifacts.load(artifacts.path(chosen.environment, ROOT)),
    ).export()
    wait_in_turn()
