"""Weighted round robin."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class WeightedRoundRobin:
    """Chooses names by weight, interleaved: weights 3 and 1 give A A B A."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        """Start a cycle; names with weight 0 are never chosen."""
        self.names = tuple(weights)
        self._weights = {name: weight for name, weight in weights.items() if weight > 0}
        self._total = sum(self._weights.values())
        self._credit = dict.fromkeys(self._weights, 0)
        self._only = next(iter(self._weights)) if len(self._weights) == 1 else None

    def next(self) -> str | None:
        """Return the next name; None if all weights are 0."""
        if self._only is not None or not self._weights:
            return self._only
        for name, weight in self._weights.items():
            self._credit[name] += weight
        chosen = max(self._credit, key=self._credit.__getitem__)
        self._credit[chosen] -= self._total
        return chosen

    def __eq__(self, other: object) -> bool:
        """Compare the weights, not the position in the cycle."""
        return isinstance(other, WeightedRoundRobin) and self._weights == other._weights

    def __hash__(self) -> int:
        """Hash the weights."""
        return hash(frozenset(self._weights.items()))
