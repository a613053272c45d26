"""Owners of channels, queues, callees and functions that have everything."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

from components.access import Statement
from components.service.calls import Callee
from components.service.queue_sources import TopicSource
from spec.channels.stream import StreamChannel
from stacks.channels import Channel
from stacks.kinds.channels.stream import _source as stream_source


class AnyChannels(dict):
    def __missing__(self, key):
        arn = f"value of {key}"
        publish = Statement(actions=["sns:Publish"], resources=[arn])
        read = SimpleNamespace(
            arn=arn, bucket_name=arn, stream_name=arn, allow_read=list, allow_add=lambda _: []
        )
        stream = partial(stream_source, StreamChannel(kind="stream"), read, read)
        return {
            "topic": Channel(
                variables={"TOPIC_ARN": arn},
                statements=[publish],
                source=lambda _: TopicSource(topic_arn=arn),
            ),
            "stream": Channel(variables={}, statements=[], source=stream),
        }


class AnyQueue(dict):
    def __missing__(self, key):
        return SimpleNamespace(url=f"value of {key}", allow_send=list)


class AnyCallee(dict):
    def __missing__(self, key):
        return Callee(url=f"value of {key}")


class AnyFunction(dict):
    def __missing__(self, key):
        groups = {"main": f"logs of {key}"}
        return SimpleNamespace(function_arn=f"arn of {key}", log_group_names=groups)


class AnyPriority(dict):
    def __missing__(self, key):
        return 1 + len(key)
