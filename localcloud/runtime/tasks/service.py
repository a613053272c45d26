"""The scheduler of one ECS service."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from typing import TYPE_CHECKING, Any

from localcloud.runtime.tasks.cloud import UNREACHABLE
from localcloud.runtime.tasks.deployment import Deployment, ServiceEvents
from localcloud.runtime.tasks.rollout import (
    Limits,
    RolloutStep,
    is_blocked,
    next_step,
    overlay_step,
)
from localcloud.runtime.tasks.service_task import Phase, ServiceTask, counts
from localcloud.runtime.tasks.target_registration import TargetRegistration
from localcloud.runtime.tasks.task import Task
from localcloud.runtime.tasks.task_definition import parse_task_definition

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.names import Names
    from localcloud.runtime.overlays.overlay import Overlay
    from localcloud.runtime.tasks.completed_deployments import CompletedDeployments
    from localcloud.runtime.tasks.overlay import ServiceOverlay
    from localcloud.runtime.tasks.service_definition import ServiceDefinition
    from localcloud.runtime.tasks.task import TaskContext
    from localcloud.runtime.tasks.task_definition import TaskDefinition

_LOG = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 5.0  # stop timeout of containers when this process stops
OUTDATED = "outdated"
"""Deployment ID of tasks whose variables have outdated addresses."""
ACTIVE_POLL_SECONDS, IDLE_POLL_SECONDS = 0.1, 2.0
"""Polling intervals of the front door, during a deployment and in a steady state."""

BLOCKED = (
    "was unable to stop or start tasks during a deployment because of the service deployment"
    " configuration. Update the minimumHealthyPercent or maximumPercent value and try again."
)
"""The event of ECS for a deployment whose limits allow no step."""


class ServiceRunner:
    """Starts, replaces and stops the tasks of one service."""

    def __init__(
        self,
        wanted: ServiceDefinition,
        context: TaskContext,
        completed: CompletedDeployments,
        report: Callable[[Task], None],
        overlay: ServiceOverlay,
    ) -> None:
        """Reconcile the service with *wanted*; call *report* with each task that changes."""
        self.wanted = wanted
        self.tasks: list[ServiceTask] = []
        self.events = ServiceEvents(wanted.name)
        self.deployment = Deployment(wanted.key, wanted.definition)
        self._context = context
        self._completed = completed
        self._overlay = overlay
        self._report_task = report
        self._targets_of_tasks = TargetRegistration(context.cloud)
        self._wake = asyncio.Event()
        self._stopping: set[asyncio.Task[None]] = set()
        self._removed = False
        self._reported: dict[str, Any] = {}
        self._cleaned = False

    def update(self, wanted: ServiceDefinition) -> None:
        """Set the desired state, unless the service was deleted."""
        if self._removed:  # and created again: another runner follows this one
            return
        if wanted.key != self.deployment.key or (self.wanted.stopped and not wanted.stopped):
            self._overlay.supersede()
            self.deployment = Deployment(wanted.key, wanted.definition)
            self.events.record(f"began a deployment of {wanted.definition.rpartition('/')[2]}.")
        if wanted != self.wanted:
            self.wanted = wanted
            self._wake.set()

    def replace_outdated(self, names: Names) -> None:
        """Replace tasks whose variables *names* changed, as a deployment replaces old tasks."""
        for service_task in self.tasks:
            if service_task.counted and service_task.task.is_outdated(names):
                service_task.key = (service_task.key[0], OUTDATED)
                task_id = service_task.task.task_id
                self.events.record(f"replaces (task {task_id}): local addresses have changed.")
                self._wake.set()

    def lay_over(self, wanted: Overlay | None) -> None:
        """Replace the tasks by tasks of an overlay, or of the deployed code."""
        if self._overlay.lay_over(wanted):
            self._wake.set()

    def log(self, text: str) -> None:
        """Add a line to the log of the first task."""
        for container in [one for task in self.tasks for one in task.task.containers.values()][:1]:
            container.output.note(text)

    def remove(self) -> None:
        """Stop all tasks; `run` returns when they have stopped."""
        self._removed = True
        self._wake.set()

    async def run(self) -> None:
        """Reconcile until the service is removed; stop its tasks when cancelled."""
        try:
            while not (self._removed and not self.tasks):
                try:
                    await self._step()
                except UNREACHABLE as error:
                    _LOG.warning("%s: retrying: %r", self.wanted.name, error)
                except Exception:  # noqa: BLE001 - the service must keep running
                    _LOG.exception("%s: retrying", self.wanted.name)
                    await asyncio.sleep(IDLE_POLL_SECONDS)
                await self._pause()
        finally:
            await self._stop_all()

    async def _pause(self) -> None:
        seconds = IDLE_POLL_SECONDS if self._is_steady() else ACTIVE_POLL_SECONDS
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    def _is_steady(self) -> bool:
        healthy = all(one.phase is Phase.HEALTHY for one in self.tasks)
        enough = len(self.tasks) == self.wanted.limits.desired or self.deployment.failed
        changing = self.deployment.state == "IN_PROGRESS" or self._overlay.is_changing(self.tasks)
        return healthy and enough and not changing

    async def _step(self) -> None:
        if not self._cleaned:
            await self._targets_of_tasks.deregister_stale(
                self.wanted.load_balancer_targets, [one.task for one in self.tasks]
            )
            self._cleaned = True
        targets = await self._context.cloud.targets() if self.wanted.load_balancer_targets else None
        for service_task in list(self.tasks):
            self._check_task(service_task, targets)
        self._overlay.update(self.tasks)
        await self._start_and_stop_tasks()
        self._complete_if_steady()
        await self._report()

    def _check_task(self, service_task: ServiceTask, targets: Any) -> None:
        if (
            service_task.task.status == "RUNNING"
            and service_task.registered is None
            and service_task.counted
        ):
            bound = service_task.registered = self.wanted.load_balancer_targets
            self._in_background(self._targets_of_tasks.register(bound, service_task.task))
        before = service_task.phase
        bound = service_task.registered
        if bound is None:
            bound = self.wanted.load_balancer_targets
        service_task.update_health(bound, targets, self.wanted.grace_seconds)
        if service_task.failure and before is not Phase.STOPPING:
            self._replace(service_task)

    def _replace(self, service_task: ServiceTask) -> None:
        """Stop a failed task and record the failure."""
        lines = service_task.task.last_lines()
        why = service_task.failure or ""
        if lines and lines not in why:
            why += f"\nIts last log lines:\n{lines}"
        self.events.record(f"task {service_task.task.task_id} failed: {service_task.failure}")
        _LOG.warning("%s: task %s failed: %s", self.wanted.name, service_task.task.task_id, why)
        if (
            not self._overlay.rejects(service_task, why)
            and service_task.key == self._running_key()
            and self.deployment.record_failure(self.wanted, why, service_task.healthy_seconds)
        ):
            self._fail()
        self._begin_stop(service_task, service_task.failure or "")

    def _fail(self) -> None:
        """Stop the deployment's tasks; roll back to the last completed definition if configured."""
        previous = self._completed.get(self.wanted.arn)
        for service_task in self.tasks:
            if service_task.counted and service_task.key == self.deployment.key:
                self._begin_stop(service_task, "the deployment failed")
        if self.wanted.rollback and previous and previous != self.deployment.definition:
            self.deployment.definition = previous
            self.deployment.reason += f"\nRolled back to {previous.rpartition('/')[2]}."
        summary = self.deployment.reason.partition("\n")[0]  # log lines follow
        self.events.record(f"deployment failed: {summary}")

    async def _start_and_stop_tasks(self) -> None:
        key = self._running_key()
        limits = self.wanted.limits
        if self._removed:
            limits = Limits(0)
        now = counts(self.tasks, key, self._overlay.version)
        laying_over = self._overlay.is_changing(self.tasks)
        step = overlay_step(limits, now) if laying_over else next_step(limits, now)
        if not (laying_over or self.deployment.blocked) and is_blocked(limits, now):
            self.deployment.blocked = True
            self.events.record(BLOCKED)
        stuck = self.deployment.failed and self.deployment.definition == self.wanted.definition
        if stuck and not self._overlay.code:  # without a rollback, the old tasks keep running
            surplus = max(0, now.old - limits.desired)
            step = RolloutStep(stop_old=surplus, stop_new=step.stop_new)
        for service_task in self._chosen(step, key):
            self._begin_stop(service_task, "Scaling activity initiated by deployment")
        may_start = self._overlay.may_start(is_target=bool(self.wanted.load_balancer_targets))
        if step.start and may_start and time.monotonic() >= self.deployment.not_before:
            plan = parse_task_definition(
                await self._context.cloud.task_definition(self.deployment.definition)
            )
            for _ in range(step.start):
                self._start(plan, key)

    def _running_key(self) -> tuple[str, str]:
        """Return the key of the tasks to keep: after a rollback, that of the old definition."""
        deployment = self.deployment
        if deployment.definition == deployment.key[0]:
            return deployment.key
        keys = [one.key for one in self.tasks]
        known = [one for one in keys if one[0] == deployment.definition and one[1] != OUTDATED]
        return known[0] if known else (deployment.definition, "rollback")

    def _chosen(self, step: RolloutStep, key: tuple[str, str]) -> list[ServiceTask]:
        counted = [one for one in self.tasks if one.counted]
        counted.sort(key=lambda one: one.phase is Phase.HEALTHY)  # stop unhealthy ones first
        new = [one for one in counted if (one.key, one.overlay) == (key, self._overlay.version)]
        old = [one for one in counted if one not in new]
        return [*old[: step.stop_old], *new[: step.stop_new]]

    def _start(self, plan: TaskDefinition, key: tuple[str, str]) -> None:
        cluster = self.wanted.cluster
        arn = f"{cluster.replace(':cluster/', ':task/')}/{uuid.uuid4().hex}"
        changed, code = (lambda: self._changed(task)), self._overlay.code
        task = Task(plan, arn, cluster, self.wanted.group, self._context, changed, code)
        running = asyncio.create_task(task.run(), name=f"task {task.task_id}")
        self.tasks.append(ServiceTask(task, key, running, self._overlay.version))
        self.events.record(f"has started 1 tasks: (task {task.task_id}).")

    def _changed(self, task: Task) -> None:
        self._wake.set()
        self._report_task(task)

    def _begin_stop(self, service_task: ServiceTask, reason: str) -> None:
        if service_task.phase is not Phase.STOPPING:
            service_task.phase = Phase.STOPPING
            self._in_background(self._drain_and_stop(service_task, reason))

    async def _drain_and_stop(self, service_task: ServiceTask, reason: str) -> None:
        if service_task.registered:
            await self._targets_of_tasks.deregister(service_task.registered, service_task.task)
        if not service_task.task.ended:
            service_task.task.stop(reason)
        await asyncio.wait([service_task.runs])
        self.tasks.remove(service_task)
        self._wake.set()

    def _in_background(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)

    def _complete_if_steady(self) -> None:
        now = counts(self.tasks, self.deployment.key, self._overlay.version)
        enough = now.new_healthy == self.wanted.limits.desired == len(self.tasks)
        if enough and self.deployment.state == "IN_PROGRESS":
            self.deployment.complete()
            self._completed.put(self.wanted, self.deployment.definition)
            self.events.record("has reached a steady state.")

    async def _report(self) -> None:
        running = sum(one.phase is Phase.HEALTHY for one in self.tasks)
        pending = sum(one.phase is Phase.STARTING for one in self.tasks)
        content = self.events.report(self.wanted, self.deployment, running, pending)
        events = list(self.events.fresh)
        if (events or content != self._reported) and not self._removed:
            await self._context.cloud.report_service({**content, "events": events})
            del self.events.fresh[: len(events)]
            self._reported = content

    async def _stop_all(self) -> None:
        """Stop all tasks without draining, because the process ends."""
        for task in list(self._stopping):
            task.cancel()
        for service_task in self.tasks:
            service_task.task.stop("the local cloud stops", SHUTDOWN_SECONDS)
        if running := [*(one.runs for one in self.tasks), *self._stopping]:
            await asyncio.wait(running)
