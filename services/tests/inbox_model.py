"""The model of an inbox: which deliveries have an effect."""

from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True)
class Event:
    subject: str
    number: int
    source: str = "shop/stock"
    type: str = "stock-changed"

    @property
    def id(self):
        return f"{self.subject}-{self.number}"

    @property
    def sequence(self):
        return f"{self.number:020d}" if self.number else None


events = st.builds(Event, st.sampled_from("ab"), st.integers(1, 4))
deliveries = st.lists(st.tuples(events, st.booleans()), max_size=12)  # and whether it crashes


def expected(delivered, *, latest_only):
    """The effects that a correct inbox lets through, in order."""
    effects, latest = [], {}
    for event, crashes in delivered:
        late = latest_only and event.number < latest.get(event.subject, 0)
        if crashes or event in effects or late:
            continue
        effects.append(event)
        latest[event.subject] = max(event.number, latest.get(event.subject, 0))
    return effects
