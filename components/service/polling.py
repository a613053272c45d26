"""The queues that a process of a container service polls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.args import InvalidArgError
from components.compute.scaling import Backlog, Scaling
from components.service.subscriptions import DeliveryContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pulumi

    from components.access import Statement
    from components.service.args import MicroserviceArgs, ProcessWorkload
    from components.service.subscriptions import Delivery


@dataclass(frozen=True)
class Polling:
    """What one process polls."""

    deliveries: Sequence[Delivery]
    """Deliveries of the events, queues and sources that name the process."""

    @property
    def environment(self) -> dict[str, pulumi.Input[str]]:
        """Variables of the process."""
        return {name: value for one in self.deliveries for name, value in one.environment.items()}

    @property
    def statements(self) -> list[Statement]:
        """Statements that allow receiving."""
        return [grant for one in self.deliveries for grant in one.statements]

    def including(self, deliveries: Iterable[Delivery]) -> Polling:
        """Return it with further *deliveries*, which are defined."""
        return Polling([*self.deliveries, *deliveries])

    def scaling(self, runs: ProcessWorkload) -> Scaling:
        """Return the number of tasks: fixed, or by the backlog of the queues."""
        names = [name for one in self.deliveries if (name := one.polled_queue) is not None]
        if runs.max_count is None or not names:
            return Scaling(min_tasks=runs.count, max_tasks=runs.count)
        return Scaling(
            min_tasks=runs.count,
            max_tasks=runs.max_count,
            backlog=Backlog(queue_names=names, messages_per_task=runs.messages_per_task),
        )


def define_polling(
    name: str,
    process: str,
    service: MicroserviceArgs,
    opts: pulumi.ResourceOptions,
    tags: Mapping[str, str] | None = None,
) -> Polling:
    """Define the queues that *process* of the service *name* polls."""
    deliveries: list[Delivery] = []
    for event, subscription in service.consumes.items():
        if subscription.process != process:
            continue
        delivery = subscription.source.define(
            DeliveryContext(
                service=name,
                name=f"{name}-{event}",
                event=event,
                subscription=subscription,
                platform=service.platform,
                tags=tags,
                opts=opts,
            )
        )
        if delivery.polled_queue is None:
            want = f"consume {event} in a function: a process polls queues only"
            raise InvalidArgError("process", process, want)
        deliveries.append(delivery)
    return Polling(deliveries)
