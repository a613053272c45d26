"""What is counted in the logs of a service."""

from __future__ import annotations

from typing import Annotated, Any, cast

import pydantic
from pydantic import Field

from log_patterns import MAX_GROUP_EXPRESSION_FILTERS, PatternError, parse_pattern
from spec.metrics import MetricAlarm  # noqa: TC001 - pydantic reads it
from spec.model import Model, Name
from spec.short_form import TextForm


class LogCount(Model):
    """A metric: the lines that match a pattern, in all log groups of the service."""

    pattern: str = Field(min_length=1)
    """Filter pattern of CloudWatch Logs, as `{ $.event = "payment-refused" }` in single quotes."""

    alarm: MetricAlarm | None = None
    """When an alarm rings; default: never."""

    @pydantic.model_validator(mode="before")
    @classmethod
    def _quoted(cls, value: Any) -> Any:
        names = cast("dict[Any, Any]", value) if isinstance(value, dict) else {}
        if any(str(name).startswith("$") for name in names):
            raise ValueError("write the pattern in single quotes: YAML reads { } as fields")
        return cast("object", value)

    @pydantic.field_validator("pattern")
    @classmethod
    def _parsed(cls, pattern: str) -> str:
        try:
            parse_pattern(pattern)
        except PatternError as error:
            raise ValueError(f"write a filter pattern of CloudWatch Logs: {error}") from error
        return pattern


class Logs(Model):
    """What is made of the lines that the service logs."""

    count: dict[Name, Annotated[LogCount, TextForm("pattern")]] = Field(
        default_factory=dict[str, LogCount]
    )
    """Metrics by name, each with the pattern of the lines that it counts."""

    @pydantic.field_validator("count")
    @classmethod
    def _few_expressions(cls, count: dict[str, LogCount]) -> dict[str, LogCount]:
        found = [name for name, one in count.items() if parse_pattern(one.pattern).expressions]
        if len(found) > MAX_GROUP_EXPRESSION_FILTERS:
            raise ValueError(
                f"write at most {MAX_GROUP_EXPRESSION_FILTERS} patterns with regular expressions"
                f" (these have some: {', '.join(found)}): CloudWatch Logs allows no more for a log"
                " group"
            )
        return count
