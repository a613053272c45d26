"""The program: settings, environment, exports."""

from pathlib import Path

import pulumi

from spec.catalogue import SpecError, load_catalogue
from stacks import artifacts, environment, settings
from stacks.tuning import in_turns, tuned

ROOT = Path(__file__).resolve().parent


async def main() -> None:
    """Define the environment of the stack."""
    with tuned():
        chosen = settings.read()
        try:
            catalogue = load_catalogue(settings.services(chosen, ROOT))
        except SpecError as error:
            raise pulumi.RunError(str(error)) from error
        builds = artifacts.load(artifacts.path(chosen.environment, ROOT))
        outputs = await in_turns(environment.define(chosen, catalogue, builds))
        outputs.export()


if __name__ == "__main__":
    pulumi.run(main)
