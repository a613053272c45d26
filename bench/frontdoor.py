"""Measures requests per second through the front door, and directly to the service.

`python -m bench.frontdoor` asks for one order, `GET /orders/{id}`, over 16 connections: through the
load balancer's listener (which checks the token, matches its rules and passes the request on), and
straight at the same tasks, by turns of two seconds. Client, front door, tasks and PostgreSQL share
the machine's cores. Read the ratio of the medians; at least 0.5 is wanted. The third line is one
task on its own, which has a core for itself and no other to share the work with.
"""

from __future__ import annotations

import statistics

from rich.progress import track

from bench.load import Load, load
from bench.running import running_shop, screen

CONNECTIONS = 16
ROUNDS = 5
SECONDS = 2.0
WANTED = 0.5


def main() -> None:
    """Measure and print."""
    with running_shop() as shop:
        order, headers = shop.place_order()
        tasks = shop.tasks()
        ways = {
            "through the front door": [shop.endpoints["shop"]],
            f"{len(tasks)} tasks directly": tasks,
            "one task directly": tasks[:1],
        }
        found: dict[str, list[Load]] = {name: [] for name in ways}
        rounds = [None, *range(ROUNDS)]
        for number in track(rounds, "asking", console=screen, transient=True):
            for name, addresses in ways.items():
                urls = [f"{address}/orders/{order}" for address in addresses]
                one = load(urls, headers, connections=CONNECTIONS, seconds=SECONDS)
                if number is not None:  # the first round warms up
                    found[name].append(one)
    print(f"GET /orders/{{id}}, {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS:.0f} s")
    for name, loads in found.items():
        rates = sorted(one.per_second for one in loads)
        p50, p99 = (
            statistics.median(one.percentile(part) for one in loads) * 1000 for part in (0.5, 0.99)
        )
        print(
            f"  {name:<24}{statistics.median(rates):7.0f}/s  ({rates[0]:.0f} to {rates[-1]:.0f})"
            f"   median {p50:5.1f} ms   p99 {p99:5.1f} ms"
        )
    through, direct, _ = (
        statistics.median(one.per_second for one in loads) for loads in found.values()
    )
    print(f"  front door / directly: {through / direct:.2f} (wanted: {WANTED} or more)")


if __name__ == "__main__":
    main()
