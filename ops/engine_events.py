"""Follows the events of an engine run: progress, errors and policy findings."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from pulumi.automation import OpType

from ops.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulumi.automation import EngineEvent

    from localcloud.engine.progress import Progress

DOING = {
    OpType.CREATE: "Creating",
    OpType.CREATE_REPLACEMENT: "Creating the replacement of",
    OpType.UPDATE: "Updating",
    OpType.DELETE: "Deleting",
    OpType.DELETE_REPLACED: "Deleting the replaced",
    OpType.DISCARD_REPLACED: "Discarding the replaced",
}
DONE = {
    OpType.CREATE: "created",
    OpType.CREATE_REPLACEMENT: "replaced",
    OpType.UPDATE: "updated",
    OpType.DELETE: "deleted",
    OpType.SAME: "unchanged",
}
MANDATORY = "mandatory"
EXEMPT = re.compile(r" \(Exempt ((?:until \d{4}-\d\d-\d\d|without an end date): .*)\)$")
"""The end of a message about an exempted violation."""

CANCELLED = re.compile(r"context cancell?ed|code = Canceled|operation was cancell?ed")
"""Errors of operations that the engine stopped because another one had failed."""

ECHOES = ("update failed", "preview failed", "an unhandled error occurred: the program exited")
"""Starts of error messages that only repeat that there was an error."""


class EngineEvents:
    """Collects the events of an engine run."""

    def __init__(self, show: Progress, total: int = 0) -> None:
        """Report progress to *show*; *total* is the expected number of resources, 0 if unknown."""
        self._show = show
        self._total = total
        self._seen = 0
        self.changes: Counter[str] = Counter()
        self.errors: list[str] = []
        self.failed: list[str] = []
        """Names of the resources that failed."""
        self.violations: list[str] = []
        self.advice: list[str] = []
        self.exempt: dict[tuple[str, str], list[str]] = {}
        """(policy, date and reason of the exemption) -> names of the exempted resources."""
        self.steps: list[tuple[str, str, str]] = []
        """Operation, type and name of each changed resource."""

    def __call__(self, event: EngineEvent) -> None:
        """Handle one event."""
        if event.resource_pre_event is not None:
            self._begin(event)
        elif event.res_outputs_event is not None:
            operation = OpType(event.res_outputs_event.metadata.op)
            if operation in DONE:
                self.changes[DONE[operation]] += 1
        elif event.res_op_failed_event is not None:
            self.failed.append(name_of(event.res_op_failed_event.metadata.urn))
        elif event.diagnostic_event is not None:
            found = event.diagnostic_event
            if found.severity == "error":
                self._note_error(found.urn or "", found.message)
        elif event.policy_event is not None:
            self._note_policy(event)

    def _begin(self, event: EngineEvent) -> None:
        if event.resource_pre_event is None:
            return
        metadata = event.resource_pre_event.metadata
        operation = OpType(metadata.op)
        self._seen += 1
        name = name_of(metadata.urn)
        if operation in DOING:
            self.steps.append((str(operation.value), metadata.type, name))
        doing = DOING.get(operation, "Checking")
        shown = f"{doing} {name}" if operation in DOING else "Looking for changes"
        self._show(shown, self._seen, max(self._total, self._seen) if self._total else 0)

    def _note_error(self, urn: str, message: str) -> None:
        text = message.strip()
        of_stack = "::pulumi:pulumi:Stack::" in urn
        line = f"{name_of(urn)}: {text}" if urn and not of_stack else text
        if text and line not in self.errors and not text.startswith(ECHOES):
            self.errors.append(line)

    def _note_policy(self, event: EngineEvent) -> None:
        found = event.policy_event
        if found is None:
            return
        name = name_of(found.resource_urn or "")
        message = _one_line(found.message)
        if exemption := EXEMPT.search(message):
            names = self.exempt.setdefault((found.policy_name, exemption[1]), [])
            names += [name] * (name not in names)
            return
        line = f"{found.policy_name}{f' ({name})' if name else ''}: {message}"
        kept = self.violations if found.enforcement_level == MANDATORY else self.advice
        if line not in kept:
            kept.append(line)

    def summary(self) -> str:
        """Return a summary such as `3 created, 180 unchanged`."""
        return ", ".join(f"{count} {what}" for what, count in self.changes.items()) or "nothing"

    def failure(self, text: str, logs: Callable[[str], list[str]] = lambda _: []) -> CommandError:
        """Return the error of a failed run; *text* is the engine's final message.

        *logs* returns the last log lines of a resource.
        """
        if self.violations:
            return CommandError(_listed("Policies stopped the run:", self.violations))
        if not self.errors:
            return CommandError(text)
        causes = [error for error in self.errors if not CANCELLED.search(error)] or self.errors
        shown = [
            _listed(f"The last lines of the log of {name}:", lines)
            for name in self.failed
            if any(error.startswith(f"{name}: ") for error in causes)
            and (lines := logs(name))
            and not any(lines[-1] in error for error in causes)
        ]
        return CommandError("\n".join([_listed("The run failed:", causes), *shown]))


def name_of(urn: str) -> str:
    """Return the name at the end of a resource's URN."""
    return urn.rpartition("::")[2]


def _listed(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(textwrap.indent(line, "  ") for line in lines)])


def _one_line(message: str) -> str:
    return " ".join(message.split())
