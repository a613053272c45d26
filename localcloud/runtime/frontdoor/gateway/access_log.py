"""Access log lines of stages, sent to CloudWatch Logs in batches."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

from localcloud.account import REGION
from localcloud.runtime.log_sender import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.runtime.log_sender import LogSender

PLACEHOLDER = re.compile(r"\$context\.([A-Za-z0-9_.]+)")


def format_line(template: str, values: Mapping[str, object]) -> str:
    """Return *template* with its `$context` variables filled in; unknown ones become `-`."""

    def filled(match: re.Match[str]) -> str:
        name = match[1]
        bare = name.rstrip(".")  # a full stop after a variable is not part of its name
        value = values.get(bare)
        return ("-" if value is None else str(value)) + name[len(bare) :]

    return PLACEHOLDER.sub(filled, template)


class AccessLogs:
    """Sends lines to one stream of each log group."""

    def __init__(self, sender: LogSender) -> None:
        """Send log events through *sender*."""
        self._sender = sender
        self._stream = f"frontdoor/{os.getpid()}-{int(time.time())}"

    def add(self, group: str, text: str) -> None:
        """Add *text* as a log event of the log group *group*."""
        self._sender.add(Stream(REGION, group, self._stream), text)
