"""What moto answers or accepts otherwise than SNS.

GetTopicAttributes answers every attribute that was set, of which moto answers a fixed list;
RawMessageDelivery is true or false, where moto takes anything else for false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import camelcase_to_underscores
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.responses import SNSResponse

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

CHANNELS = ("Application", "Firehose", "HTTP", "Lambda", "SQS")
FEEDBACK = ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate")
ATTRIBUTES = (
    "FifoThroughputScope", "SignatureVersion", "TracingConfig",
    *(channel + name for channel in CHANNELS for name in FEEDBACK),
)  # fmt: skip
RAW = "RawMessageDelivery"
_get = SNSResponse.get_topic_attributes
_subscribe = SNSResponse.subscribe
_set = SNSResponse.set_subscription_attributes


def install() -> None:
    """Replace what differs."""
    SNSResponse.get_topic_attributes = _attributes  # type: ignore[method-assign]
    SNSResponse.subscribe = _subscribed  # type: ignore[method-assign]
    SNSResponse.set_subscription_attributes = _changed  # type: ignore[method-assign]


def _attributes(self: Any) -> ActionResult:
    answer: Any = _get(self)
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    for name in ATTRIBUTES:
        value = getattr(topic, camelcase_to_underscores(name), None)
        if value:
            answer.result["Attributes"][name] = value
    return answer


def _subscribed(self: Any) -> ActionResult:
    _check_raw((self._get_param("Attributes") or {}).get(RAW))
    return _subscribe(self)


def _changed(self: Any) -> ActionResult:
    if self._get_param("AttributeName") == RAW:
        _check_raw(self._get_param("AttributeValue"))
    return _set(self)


def _check_raw(value: object) -> None:
    if value is not None and str(value).lower() not in {"true", "false"}:
        why = f"{RAW}: Invalid value [{value}]. Must be true or false."
        raise SNSInvalidParameter(f"Attributes Reason: {why}")
