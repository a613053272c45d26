"""How the output of containers reaches CloudWatch Logs."""

from __future__ import annotations


async def test_lines_reach_the_log_group_with_the_tasks_stream(ecs, eventually):
    options = {"awslogs-group": "/ecs/orders", "awslogs-stream-prefix": "app"}
    log = {"logDriver": "awslogs", "options": options}
    async with ecs() as shop:
        arn = shop.run_task(shop.define(1, code="print('hello')", logConfiguration=log))
        await eventually(lambda: shop.cloud.lines)

    task_id = arn.rpartition("/")[2]
    assert shop.cloud.lines == [("/ecs/orders", f"app/orders/{task_id}", "hello")]
