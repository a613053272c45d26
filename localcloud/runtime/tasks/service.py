"""Keeps one service as it is meant to be."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from typing import TYPE_CHECKING, Any

from localcloud.runtime.tasks.cloud import UNREACHABLE
from localcloud.runtime.tasks.deployment import Deployment, Story
from localcloud.runtime.tasks.rollout import Limits, Moves, next_moves
from localcloud.runtime.tasks.service_task import Member, Phase, counts
from localcloud.runtime.tasks.target_registration import Membership
from localcloud.runtime.tasks.task import Task
from localcloud.runtime.tasks.task_definition import task_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.runtime.tasks.completed_deployments import Completed
    from localcloud.runtime.tasks.service_definition import Desired
    from localcloud.runtime.tasks.task import Tools
    from localcloud.runtime.tasks.task_definition import TaskPlan

_LOG = logging.getLogger(__name__)

LAST_SECONDS = 5.0  # how long containers may take to stop when this process itself stops
BUSY_SECONDS, QUIET_SECONDS = 0.1, 2.0
"""How often the front door is asked, while something is under way and when nothing is."""


class ServiceRunner:
    """Starts, replaces and stops the tasks of one service."""

    def __init__(
        self, wanted: Desired, tools: Tools, completed: Completed, report: Callable[[Task], None]
    ) -> None:
        """Keep the service as *wanted*; *report* is called with each task that changes."""
        self.wanted = wanted
        self.members: list[Member] = []
        self.story = Story(wanted.name)
        self.deployment = Deployment(wanted.key, wanted.definition)
        self._tools = tools
        self._completed = completed
        self._report_task = report
        self._membership = Membership(tools.cloud)
        self._wake = asyncio.Event()
        self._leaving: set[asyncio.Task[None]] = set()
        self._removed = False
        self._told: dict[str, Any] = {}
        self._cleaned = False

    def update(self, wanted: Desired) -> None:
        """Take over what the service is meant to be now, unless that is another service."""
        if self._removed:  # and created again: a runner of its own follows this one
            return
        if wanted.key != self.deployment.key:
            self.deployment = Deployment(wanted.key, wanted.definition)
            self.story.tell(f"began a deployment of {wanted.definition.rpartition('/')[2]}.")
        if wanted != self.wanted:
            self.wanted = wanted
            self._wake.set()

    def remove(self) -> None:
        """Stop all tasks; `run` returns when they have ended."""
        self._removed = True
        self._wake.set()

    async def run(self) -> None:
        """Keep the service until it is removed; when cancelled, end its tasks."""
        try:
            while not (self._removed and not self.members):
                try:
                    await self._step()
                except UNREACHABLE as error:
                    _LOG.warning("%s: trying again: %r", self.wanted.name, error)
                except Exception:  # noqa: BLE001 - the service goes on, whatever it was
                    _LOG.exception("%s: trying again", self.wanted.name)
                    await asyncio.sleep(QUIET_SECONDS)
                await self._pause()
        finally:
            await self._end_at_once()

    async def _pause(self) -> None:
        seconds = QUIET_SECONDS if self._settled() else BUSY_SECONDS
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

    def _settled(self) -> bool:
        healthy = all(one.phase is Phase.HEALTHY for one in self.members)
        enough = len(self.members) == self.wanted.limits.desired or self.deployment.failed
        return healthy and enough and self.deployment.state != "IN_PROGRESS"

    async def _step(self) -> None:
        if not self._cleaned:
            await self._membership.forget_leftovers(
                self.wanted.bindings, [one.task for one in self.members]
            )
            self._cleaned = True
        targets = await self._tools.cloud.targets() if self.wanted.bindings else None
        for member in list(self.members):
            self._look_after(member, targets)
        await self._move()
        self._conclude()
        await self._report()

    def _look_after(self, member: Member, targets: Any) -> None:
        if member.task.status == "RUNNING" and not member.joined and member.counted:
            member.joined = True
            self._in_background(self._membership.join(self.wanted.bindings, member.task))
        before = member.phase
        member.judge(self.wanted.bindings, targets, self.wanted.grace_seconds)
        if member.failure and before is not Phase.LEAVING:
            self._replace(member)

    def _replace(self, member: Member) -> None:
        """Let a failed task go and remember why."""
        lines = member.task.last_lines()
        why = member.failure or ""
        if lines and lines not in why:
            why += f"\nIts last log lines:\n{lines}"
        self.story.tell(f"task {member.task.task_id} failed: {member.failure}")
        _LOG.warning("%s: task %s failed: %s", self.wanted.name, member.task.task_id, why)
        if member.key == self._running_key() and self.deployment.record_failure(
            self.wanted, why, member.healthy_seconds
        ):
            self._fail()
        self._let_go(member, member.failure or "")

    def _fail(self) -> None:
        """End the deployment: stop its tasks; go back to the definition that worked last."""
        previous = self._completed.get(self.wanted.arn)
        for member in self.members:
            if member.counted and member.key == self.deployment.key:
                self._let_go(member, "the deployment failed")
        if self.wanted.rolls_back and previous and previous != self.deployment.definition:
            self.deployment.definition = previous
            self.deployment.reason += f"\nRolled back to {previous.rpartition('/')[2]}."
        shortly = self.deployment.reason.partition("\n")[0]  # the log lines are in the reason
        self.story.tell(f"deployment failed: {shortly}")

    async def _move(self) -> None:
        key = self._running_key()
        limits = self.wanted.limits
        if self._removed:
            limits = Limits(0)
        now = counts(self.members, key)
        moves = next_moves(limits, now)
        stuck = self.deployment.failed and self.deployment.definition == self.wanted.definition
        if stuck:  # there is nothing to go back to: what runs goes on
            surplus = max(0, now.old - limits.desired)
            moves = Moves(stop_old=surplus, stop_new=moves.stop_new)
        for member in self._chosen(moves, key):
            self._let_go(member, "Scaling activity initiated by deployment")
        if moves.start and time.monotonic() >= self.deployment.not_before:
            plan = task_plan(await self._tools.cloud.task_definition(self.deployment.definition))
            for _ in range(moves.start):
                self._start(plan, key)

    def _running_key(self) -> tuple[str, str]:
        """Return which tasks are the new ones: after a roll-back those of the old definition."""
        deployment = self.deployment
        if deployment.definition == deployment.key[0]:
            return deployment.key
        known = [one.key for one in self.members if one.key[0] == deployment.definition]
        return known[0] if known else (deployment.definition, "rollback")

    def _chosen(self, moves: Moves, key: tuple[str, str]) -> list[Member]:
        counted = [one for one in self.members if one.counted]
        counted.sort(key=lambda one: one.phase is Phase.HEALTHY)  # those not healthy go first
        old = [one for one in counted if one.key != key][: moves.stop_old]
        new = [one for one in counted if one.key == key][: moves.stop_new]
        return [*old, *new]

    def _start(self, plan: TaskPlan, key: tuple[str, str]) -> None:
        cluster = self.wanted.cluster
        arn = f"{cluster.replace(':cluster/', ':task/')}/{uuid.uuid4().hex}"
        task = Task(plan, arn, cluster, self.wanted.group, self._tools, lambda: self._changed(task))
        running = asyncio.create_task(task.run(), name=f"task {task.task_id}")
        self.members.append(Member(task, key, running))
        self.story.tell(f"has started 1 tasks: (task {task.task_id}).")

    def _changed(self, task: Task) -> None:
        self._wake.set()
        self._report_task(task)

    def _let_go(self, member: Member, reason: str) -> None:
        if member.phase is not Phase.LEAVING:
            member.phase = Phase.LEAVING
            self._in_background(self._leave(member, reason))

    async def _leave(self, member: Member, reason: str) -> None:
        if member.joined:
            await self._membership.leave(self.wanted.bindings, member.task)
        if not member.task.ended:
            member.task.stop(reason)
        await asyncio.wait([member.runs])
        self.members.remove(member)
        self._wake.set()

    def _in_background(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def _conclude(self) -> None:
        now = counts(self.members, self.deployment.key)
        enough = now.new_healthy == self.wanted.limits.desired == len(self.members)
        if enough and self.deployment.state == "IN_PROGRESS":
            self.deployment.complete()
            self._completed.put(self.wanted.arn, self.deployment.definition)
            self.story.tell("has reached a steady state.")

    async def _report(self) -> None:
        running = sum(one.phase is Phase.HEALTHY for one in self.members)
        pending = sum(one.phase is Phase.STARTING for one in self.members)
        content = self.story.report(self.wanted, self.deployment, running, pending)
        events = list(self.story.fresh)
        if (events or content != self._told) and not self._removed:
            await self._tools.cloud.report_service({**content, "events": events})
            del self.story.fresh[: len(events)]
            self._told = content

    async def _end_at_once(self) -> None:
        """Stop everything without draining: the process ends."""
        for task in list(self._leaving):
            task.cancel()
        for member in self.members:
            member.task.stop("the local cloud stops", LAST_SECONDS)
        if running := [*(one.runs for one in self.members), *self._leaving]:
            await asyncio.wait(running)
