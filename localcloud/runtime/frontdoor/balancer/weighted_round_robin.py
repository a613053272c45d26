"""Taking turns by weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class WeightedRoundRobin:
    """Give names their turns by weight, evenly mixed: 3 to 1 comes out as A A B A."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        """Begin; names with weight 0 never have a turn."""
        self.names = tuple(weights)
        self._weights = {name: weight for name, weight in weights.items() if weight > 0}
        self._total = sum(self._weights.values())
        self._credit = dict.fromkeys(self._weights, 0)
        self._only = next(iter(self._weights)) if len(self._weights) == 1 else None

    def next(self) -> str | None:
        """Return whose turn it is, or None when every weight is 0."""
        if self._only is not None or not self._weights:
            return self._only
        for name, weight in self._weights.items():
            self._credit[name] += weight
        chosen = max(self._credit, key=self._credit.__getitem__)
        self._credit[chosen] -= self._total
        return chosen

    def __eq__(self, other: object) -> bool:
        """Compare the weights, not whose turn it is."""
        return isinstance(other, WeightedRoundRobin) and self._weights == other._weights

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(frozenset(self._weights.items()))
