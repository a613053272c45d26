"""GetTopicAttributes answers every attribute that was set: moto answers a fixed list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import camelcase_to_underscores
from moto.sns.responses import SNSResponse

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

CHANNELS = ("Application", "Firehose", "HTTP", "Lambda", "SQS")
FEEDBACK = ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate")
ATTRIBUTES = (
    "FifoThroughputScope", "SignatureVersion", "TracingConfig",
    *(channel + name for channel in CHANNELS for name in FEEDBACK),
)  # fmt: skip
_get = SNSResponse.get_topic_attributes


def install() -> None:
    """Replace `get_topic_attributes`."""
    SNSResponse.get_topic_attributes = _attributes  # type: ignore[method-assign]


def _attributes(self: Any) -> ActionResult:
    answer: Any = _get(self)
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    for name in ATTRIBUTES:
        value = getattr(topic, camelcase_to_underscores(name), None)
        if value:
            answer.result["Attributes"][name] = value
    return answer
