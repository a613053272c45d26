"""The document of an account-level subscription filter policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from log_patterns import PatternError, parse_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBSCRIPTION = "SUBSCRIPTION_FILTER_POLICY"
MEMBERS = ("DestinationArn", "RoleArn", "FilterPattern", "Distribution")
DISTRIBUTIONS = ("Random", "ByLogStream")
DESTINATIONS = ("lambda", "kinesis", "firehose")


def document_faults(text: str) -> Iterator[str]:
    """Yield what is wrong with the document *text*, as ends of a sentence."""
    try:
        found = json.loads(text)
    except ValueError as error:
        yield f"is not valid JSON ({error}): use json.dumps"
        return
    if not isinstance(found, dict):
        yield "is not a JSON object"
        return
    document = cast("dict[str, Any]", found)
    for name in document.keys() - set(MEMBERS):
        yield f"has the member {name!r}: write one of {', '.join(MEMBERS)}"
    arn = str(document.get("DestinationArn") or "").split(":")
    if len(arn) < 6 or arn[2] not in DESTINATIONS:  # noqa: PLR2004 - the parts of an ARN
        yield "needs DestinationArn: the ARN of a function, data stream or delivery stream"
    elif arn[2] != "lambda" and not document.get("RoleArn"):
        yield "needs RoleArn: the role with which CloudWatch Logs writes to the stream"
    if (document.get("Distribution") or "ByLogStream") not in DISTRIBUTIONS:
        yield f"has the Distribution {document['Distribution']!r}: write Random or ByLogStream"
    try:
        parse_pattern(str(document.get("FilterPattern") or ""))
    except PatternError as error:
        yield f"has a FilterPattern that does not parse: {error}"
