"""Measures the offline check and Checkov on the same 1,000 resources, each as a whole process.

`python -m bench.scanners` records the resources of `bench.policies` under mocks, and writes them
once as a recorded run, for `bulkhead policy check`, and once as Terraform, for Checkov. uv
installs Checkov apart from the project, with the first run, which is not measured.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import uv
from rich.progress import track

from bench import mixed_program
from bench.replay_program import Mocks
from bench.running import BenchError, screen
from localcloud.layout import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3
CHECKOV = "checkov==3.3.30"
FINDINGS = (0, 1)
"""The exit codes of a scanner that has done its work."""

TERRAFORM = {
    "aws:cloudwatch/logGroup:LogGroup": "aws_cloudwatch_log_group",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "aws_cloudwatch_metric_alarm",
    "aws:dynamodb/table:Table": "aws_dynamodb_table",
    "aws:ec2/securityGroup:SecurityGroup": "aws_security_group",
    "aws:ec2/vpc:Vpc": "aws_vpc",
    "aws:iam/role:Role": "aws_iam_role",
    "aws:lb/targetGroup:TargetGroup": "aws_lb_target_group",
    "aws:s3/bucket:Bucket": "aws_s3_bucket",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "aws_s3_bucket_public_access_block",
    "aws:sns/topic:Topic": "aws_sns_topic",
    "aws:sqs/queue:Queue": "aws_sqs_queue",
}
"""What Terraform calls the types of the program."""

BLOCKS = {"attributes": "attribute"}
"""Blocks that Pulumi names in the plural."""


def recorded() -> list[pulumi.runtime.MockResourceArgs]:
    """Run the program under mocks, and return what it registered."""
    mocks = Mocks()
    pulumi.runtime.set_mocks(mocks, project="bench", stack="bench", preview=False)
    pulumi.runtime.test(mixed_program.program)()
    return [one for one in mocks.made if one.typ in TERRAFORM]


def as_terraform(made: list[pulumi.runtime.MockResourceArgs]) -> str:
    """Return the resources as a main.tf."""
    return "".join(
        _block(f'resource "{TERRAFORM[one.typ]}" "{one.name}"', one.inputs) for one in made
    )


def _block(head: str, values: dict[str, Any]) -> str:
    """Write a block; every object in it is a block of its own."""
    lines = []
    for key, value in values.items():
        name = BLOCKS.get(key, re.sub("([A-Z])", r"_\1", key).lower())
        inner = value if isinstance(value, list) else [value]
        if all(isinstance(one, dict) for one in inner):
            lines += [_block(name, one) for one in inner]
        else:
            lines.append(f"{name} = {json.dumps(value)}\n")
    return f"{head} {{\n{''.join(lines)}}}\n"


def timed(command: list[str], count: Callable[[Any], int]) -> tuple[float, int]:
    """Run *command*; return the seconds, and how much *count* finds in what it prints."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    took = time.monotonic() - began
    if done.returncode not in FINDINGS:
        raise BenchError(f"{' '.join(command)}:\n{done.stderr[-2000:]}")
    return took, count(json.loads(done.stdout))


def checkov_findings(report: Any) -> int:
    """Return how many checks failed in what Checkov prints."""
    parts = report if isinstance(report, list) else [report]
    return sum(int(one["summary"]["failed"]) for one in parts)


def main() -> None:
    """Measure and print."""
    made = recorded()
    with tempfile.TemporaryDirectory(prefix="bulkhead-bench-") as name:
        folder = Path(name).resolve()
        run, terraform = folder / "recorded.json", folder / "terraform"
        terraform.mkdir()
        entries = [{"type": one.typ, "name": one.name, "props": one.inputs} for one in made]
        run.write_text(json.dumps(entries))
        (terraform / "main.tf").write_text(as_terraform(made))
        policy = [sys.executable, "-m", "ops", "policy", "check", str(run), "--format", "json"]
        checkov = [uv.find_uv_bin(), "tool", "run", "--from", CHECKOV, "checkov"]
        checkov += ["--directory", str(terraform), "--framework", "terraform", "--output", "json"]
        checkov += ["--compact", "--quiet", "--skip-download"]
        ways: dict[str, tuple[list[str], Callable[[Any], int]]] = {
            "policy check": (policy, lambda report: len(report["findings"])),
            CHECKOV: (checkov, checkov_findings),
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        found: dict[str, int] = {}
        turns = [(turn, way) for turn in range(-1, ROUNDS) for way in ways]
        for turn, way in track(turns, "scans", console=screen, transient=True):
            took, found[way] = timed(*ways[way])
            if turn >= 0:  # the first round installs and warms up
                times[way].append(took)
    print(f"  {len(made)} resources of {len(TERRAFORM)} types, each scanner as a whole process")
    for way, all_times in times.items():
        print(
            f"  {way:<16}{statistics.median(all_times):6.2f} s"
            f"  ({min(all_times):.2f} to {max(all_times):.2f})   {found[way]} findings"
        )
    ours, other = (statistics.median(one) for one in times.values())
    print(f"  Checkov takes {other / ours:.1f} times as long")


if __name__ == "__main__":
    main()
