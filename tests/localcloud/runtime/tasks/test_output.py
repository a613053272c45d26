"""How the output of containers reaches CloudWatch Logs."""

from __future__ import annotations

import asyncio

from localcloud.runtime.tasks import output
from localcloud.runtime.tasks.output import LogSender


async def test_lines_reach_the_log_group_with_the_tasks_stream(ecs, eventually):
    options = {"awslogs-group": "/ecs/orders", "awslogs-stream-prefix": "app"}
    log = {"logDriver": "awslogs", "options": options}
    async with ecs() as shop:
        arn = shop.run_task(shop.define(1, code="print('hello')", logConfiguration=log))
        await eventually(lambda: shop.cloud.lines)

    task_id = arn.rpartition("/")[2]
    assert shop.cloud.lines == [("/ecs/orders", f"app/orders/{task_id}", "hello")]


async def test_a_stream_without_end_keeps_no_other_from_its_turn(monkeypatch, eventually):
    monkeypatch.setattr(output, "FLUSH_SECONDS", 0.01)
    monkeypatch.setattr(output, "SHUTDOWN_SECONDS", 0.1)
    sent = []

    class Cloud:
        async def put_lines(self, _group, stream, _events):
            await asyncio.sleep(0)
            sent.append(stream)
            if stream == "endless":
                sender.add("group", "endless", "more")

    sender = LogSender(Cloud())
    sender.add("group", "endless", "begun")
    sender.add("group", "other", "line")
    running = asyncio.create_task(sender.run())

    await eventually(lambda: "other" in sent)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert sent[:2] == ["endless", "other"]


async def test_what_waits_when_the_sender_is_stopped_is_sent_to_the_last_line():
    sent = []

    class Cloud:
        async def put_lines(self, _group, _stream, events):
            sent.extend(event["message"] for event in events)

    sender = LogSender(Cloud())
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0)
    lines = [str(number) for number in range(2 * output.MAX_BATCH_EVENTS + 1)]
    for line in lines:
        sender.add("group", "stream", line)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert sent == lines
