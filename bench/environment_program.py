"""The project's program on a catalogue of choice: for the engine, and alone under mocks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import yaml

from localcloud.layout import ROOT
from spec.catalogue import load_catalogue
from stacks import artifacts, environment, settings
from stacks.tuning import in_turns, start_pending_requests, tuned

if TYPE_CHECKING:
    from spec.catalogue import Catalogue

CATALOGUE = "BENCH_CATALOGUE"
LOCAL = "local"


class Mocks(pulumi.runtime.Mocks):
    """Mocks that return the outputs that the program reads."""

    def __init__(self) -> None:
        """Start at zero registrations."""
        self.registered = 0

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Return the inputs and some outputs."""
        self.registered += 1
        name = args.name
        made_up = {
            "arn": f"arn:aws:bench:::{name}",
            "arnSuffix": f"suffix/{name}",
            "name": name,
            "url": f"https://{name}.test",
            "repositoryUrl": f"registry.test/{name}",
            "apiEndpoint": f"https://{name}.test",
            "endpoint": f"{name}.rds.test",
            "clusterIdentifier": name,
            "dnsName": f"{name}.test",
            "executionArn": f"arn:aws:execute-api:::{name}",
            "zoneId": f"Z-{name}",
            "keyId": f"{name}-key-id",
            "bucket": name,
            "identifier": name,
            "fqdn": f"{name}.test",
            "allocationId": f"eipalloc-{name}",
            "publicIp": "192.0.2.1",
            "masterUserSecrets": [{"secretArn": f"arn:aws:bench:::{name}-master"}],
            "domainNameConfiguration": {
                "targetDomainName": f"{name}.test",
                "hostedZoneId": f"Z-{name}",
            },
            "domainValidationOptions": [
                {
                    "domainName": name,
                    "resourceRecordName": f"_proof.{name}",
                    "resourceRecordType": "CNAME",
                    "resourceRecordValue": f"_{name}.test",
                }
            ],
        }
        return f"{name}-id", {**made_up, **args.inputs}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], None]:
        """Reject invokes: the program makes none."""
        raise NotImplementedError(args.token)


def program() -> None:
    """Define the environment; the engine runs this."""
    pulumi.run(_program)


async def _program() -> None:
    with tuned():
        outputs = await in_turns(environment.define(settings.read(), *_inputs()))
        outputs.export()


def _mocked(chosen: settings.Settings) -> None:
    environment.build(chosen, *_inputs()).export()
    start_pending_requests()


def _inputs() -> tuple[Catalogue, artifacts.Artifacts]:
    folder = Path(os.environ.get(CATALOGUE) or ROOT / "services")
    return load_catalogue(folder), artifacts.load(artifacts.path(LOCAL, ROOT))


def main() -> int:
    """Run under mocks; print how many resources were registered."""
    config = yaml.safe_load((ROOT / f"Pulumi.{LOCAL}.yaml").read_text())["config"]
    prefix = f"{settings.NAMESPACE}:"
    chosen = settings.parse({k.removeprefix(prefix): v for k, v in config.items()}, LOCAL)
    mocks = Mocks()
    pulumi.runtime.set_mocks(mocks, project="bulkhead", stack=LOCAL, preview=False)
    pulumi.runtime.test(lambda: _mocked(chosen))()
    print(mocks.registered)
    return 0


if __name__ == "__main__":
    sys.exit(main())
