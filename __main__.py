"""The program: settings, environment, exports."""

from __future__ import annotations

import gc
from pathlib import Path

import pulumi

from spec.catalogue import SpecError, load_catalogue
from stacks import artifacts, environment, settings
from stacks.requests import wait_in_turn

ROOT = Path(__file__).resolve().parent

if __name__ == "__main__":
    gc.disable()  # looking for garbage takes a sixth of the few seconds that the program lives
    chosen = settings.read()
    try:
        catalogue = load_catalogue(ROOT / "services")
    except SpecError as error:
        raise pulumi.RunError(str(error)) from error
    builds = artifacts.load(artifacts.path(chosen.environment, ROOT))
    environment.build(chosen, catalogue, builds).export()
    wait_in_turn()
