"""A layered layout of a directed graph: pure functions (after Sugiyama).

Edges that close a cycle are treated as if they pointed the other way; a node is one layer after
the last of those that point to it; within a layer, nodes are ordered by the mean position of their
neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SWEEPS = 8

Pair = tuple[str, str]


def layout(nodes: Sequence[str], edges: Iterable[Pair]) -> list[list[str]]:
    """Return the layers of a graph, each with its nodes in order."""
    known = dict.fromkeys(nodes)
    pairs = [(a, b) for a, b in dict.fromkeys(edges) if a in known and b in known and a != b]
    forward = _acyclic(nodes, pairs)
    depth = _depths(nodes, forward)
    layers: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node in nodes:
        layers[depth[node]].append(node)
    return _ordered(layers, forward)


def _acyclic(nodes: Sequence[str], pairs: Iterable[Pair]) -> list[Pair]:
    """Return *pairs* with each edge that closes a cycle reversed."""
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for before, after in pairs:
        following[before].append(after)
    done: set[str] = set()
    active: set[str] = set()
    found: list[Pair] = []
    for root in nodes:
        stack = [] if root in done else [(root, iter(following[root]))]
        active |= {root for root, _ in stack}
        while stack:
            node, left = stack[-1]
            child = next(left, None)
            if child is None:
                stack.pop()
                active.discard(node)
                done.add(node)
            elif child in active:
                found.append((child, node))
            else:
                found.append((node, child))
                if child not in done:
                    active.add(child)
                    stack.append((child, iter(following[child])))
    return list(dict.fromkeys(found))


def _depths(nodes: Sequence[str], pairs: Sequence[Pair]) -> dict[str, int]:
    depth = dict.fromkeys(nodes, 0)
    incoming = dict.fromkeys(nodes, 0)
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for before, after in pairs:
        incoming[after] += 1
        following[before].append(after)
    ready = [node for node in nodes if not incoming[node]]
    for node in ready:
        for after in following[node]:
            depth[after] = max(depth[after], depth[node] + 1)
            incoming[after] -= 1
            if not incoming[after]:
                ready.append(after)
    return depth


def _ordered(layers: list[list[str]], pairs: Sequence[Pair]) -> list[list[str]]:
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for one, other in pairs:
        after.setdefault(one, []).append(other)
        before.setdefault(other, []).append(one)
    for sweep in range(SWEEPS):
        neighbours = before if sweep % 2 == 0 else after
        position = {
            node: index / len(layer) for layer in layers for index, node in enumerate(layer)
        }
        order = layers if sweep % 2 == 0 else layers[::-1]
        for layer in order:
            layer.sort(key=lambda node: _mean(node, neighbours, position))
            position |= {node: index / len(layer) for index, node in enumerate(layer)}
    return layers


def _mean(node: str, neighbours: Mapping[str, list[str]], position: Mapping[str, float]) -> float:
    near = [position[one] for one in neighbours.get(node, ())]
    return sum(near) / len(near) if near else position[node]
