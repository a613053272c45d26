"""Measures the running shop: memory after one order, and CPU time when idle.

`python -m bench.memory` prints the proportional set size (PSS: memory shared by several processes
is divided among them) of every process, the control plane on its own, and the sum, which should be
below 800 MB; then the processor time that all of them took in 30 seconds without a request, as a
part of one core, which should be below 5 %.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

import requests

from bench.running import SECONDS, Shop, eventually, running_shop, screen

if TYPE_CHECKING:
    import psutil

SETTLE_SECONDS = 15
IDLE_SECONDS = 30
MB = 1_000_000
WANTED_MB = 800
WANTED_IDLE = 0.05
MODULE = "localcloud."


def role(process: psutil.Process) -> str:
    """Return the role of *process*."""
    command = process.cmdline()
    words = " ".join(command)
    if "postgres" in command[0]:
        return "PostgreSQL"
    if MODULE in words:
        return words.partition(MODULE)[2].partition(" ")[0].rpartition(".")[2]
    variables = process.environ()
    function = variables.get("AWS_LAMBDA_FUNCTION_NAME")
    if function:
        return f"function {variables.get('SERVICE_NAME', function)}"
    return f"task {command[-1]}"


def cpu_seconds(processes: list[psutil.Process]) -> dict[str, float]:
    """Return the CPU time of each role so far."""
    taken: dict[str, float] = defaultdict(float)
    for process in processes:
        times = process.cpu_times()
        taken[role(process)] += times.user + times.system
    return taken


def order_and_wait(shop: Shop) -> None:
    """Place an order and wait for its notification, so that every service has worked."""
    order, customer = shop.place_order()

    def notified() -> bool:
        url = f"{shop.endpoints['api']}/notifications/{order}"
        return requests.get(url, headers=customer, timeout=SECONDS).ok

    eventually(notified, "the notification")


def main() -> None:
    """Measure and print."""
    with running_shop() as shop:
        order_and_wait(shop)
        with screen.status("letting it come to rest"):
            time.sleep(SETTLE_SECONDS)
        processes = shop.processes()
        sizes: dict[str, list[float]] = defaultdict(list)
        for process in processes:
            sizes[role(process)].append(process.memory_full_info().pss / MB)
        before, began = cpu_seconds(processes), time.monotonic()
        with screen.status("watching it do nothing"):
            time.sleep(IDLE_SECONDS)
        taken = cpu_seconds(processes)
        idle = {name: taken[name] - before[name] for name in taken}
        watched = time.monotonic() - began

    print(f"{'':<32}{'processes':>10}{'PSS':>12}{'idle, of one core':>20}")
    for name, found in sorted(sizes.items(), key=lambda one: -sum(one[1])):
        part = idle[name] / watched
        print(f"  {name:<30}{len(found):>10}{sum(found):>9.0f} MB{part:>19.1%}")
    whole = sum(map(sum, sizes.values()))
    print(
        f"  {'sum':<30}{len(processes):>10}{whole:>9.0f} MB{sum(idle.values()) / watched:>19.1%}\n"
        f"  wanted: below {WANTED_MB} MB, and below {WANTED_IDLE:.0%} of one core"
    )


if __name__ == "__main__":
    main()
