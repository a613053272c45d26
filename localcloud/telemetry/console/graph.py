"""The map of services as SVG: boxes in layers, and what goes from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from localcloud.telemetry.console.layers import layout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOX_WIDTH, BOX_HEIGHT = 132, 36
COLUMN, ROW = 236, 66
MARGIN = 16
MAX_LABEL = 20
STATES = {True: "used", False: "unused", None: "unmeasured"}
"""Of an edge, by whether it was used; None: not measured."""
TITLES = {"used": "used", "unused": "declared, not used", "unmeasured": "declared, not measured"}


@dataclass(frozen=True)
class _Place:
    x: float
    y: float


def svg(nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> Markup:
    """Return a map of *nodes* (`id`, `label`, `kind`, `state`, `href`) and *edges*.

    An edge has `source`, `target`, `used`, `errors` and a `label`. Unused ones are dashed, those
    with errors thick, and their label begins with `!`. It is hidden from screen readers, which have
    the table with the same content and the same links.
    """
    layers = layout([one["id"] for one in nodes], [(one["source"], one["target"]) for one in edges])
    tallest = max(map(len, layers), default=1)
    places: dict[str, _Place] = {}
    for column, layer in enumerate(layers):
        top = MARGIN + (tallest - len(layer)) * ROW / 2
        for row, node in enumerate(layer):
            places[node] = _Place(MARGIN + column * COLUMN, top + row * ROW)
    width = 2 * MARGIN + max(len(layers) - 1, 0) * COLUMN + BOX_WIDTH
    height = 2 * MARGIN + max(tallest - 1, 0) * ROW + BOX_HEIGHT + ROW // 2
    drawn = [_edge(one, places) for one in edges if {one["source"], one["target"]} <= places.keys()]
    drawn += [_node(one, places[one["id"]]) for one in nodes]
    return Markup(
        '<svg class="map" viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true">'
        "{body}</svg>"
    ).format(w=width, h=height, body=Markup().join(drawn))


def _node(node: Mapping[str, Any], place: _Place) -> Markup:
    label = str(node["label"])
    short = label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1]}…"
    box = Markup(
        '<g class="node node-{kind}"><title>{label}: {state}</title>'
        '<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}"/>'
        '<text x="{tx}" y="{ty}" text-anchor="middle">{short}</text></g>'
    ).format(
        kind=node["kind"],
        label=label,
        state=node.get("state") or node["kind"],
        x=place.x,
        y=place.y,
        w=BOX_WIDTH,
        h=BOX_HEIGHT,
        r=4 if node["kind"] == "service" else BOX_HEIGHT // 2,
        tx=place.x + BOX_WIDTH / 2,
        ty=place.y + BOX_HEIGHT / 2 + 4,
        short=short,
    )
    href = node.get("href")
    return Markup('<a href="{href}" tabindex="-1">{box}</a>').format(href=href, box=box) if href \
        else box  # fmt: skip


def _edge(edge: Mapping[str, Any], places: Mapping[str, _Place]) -> Markup:
    source, target = places[edge["source"]], places[edge["target"]]
    if target.x > source.x:
        start, end, bend = source.x + BOX_WIDTH, target.x - 6, COLUMN / 4
        y1, y2 = source.y + BOX_HEIGHT / 2, target.y + BOX_HEIGHT / 2
        middle = (start + end) / 2, (y1 + y2) / 2
    else:  # backwards, or to a neighbour in the same layer: below the boxes
        start, end, bend = source.x + BOX_WIDTH, target.x - 6, COLUMN / 3
        y1, y2 = source.y + BOX_HEIGHT - 4, target.y + BOX_HEIGHT - 4
        middle = (start + end) / 2, max(y1, y2) + ROW / 3
    state = "failing" if edge["errors"] else STATES[edge["used"]]
    bottom = "" if target.x > source.x else f" {middle[0]} {middle[1]}"
    curve = (
        f"M{start} {y1}C{start + bend} {y1} {end - bend} {y2} {end} {y2}"
        if not bottom
        else f"M{start} {y1}Q{start + bend} {middle[1]}{bottom}Q{end - bend} {middle[1]} {end} {y2}"
    )
    label = f"! {edge['label']}" if edge["errors"] else edge["label"]
    return Markup(
        '<g class="edge edge-{state}"><title>{source} to {target}: {title}</title>'
        '<path class="way" d="{curve}"/><path class="tip" d="M{x} {y}l-7 -4v8z"/>'
        '<text x="{lx}" y="{ly}" text-anchor="middle">{label}</text></g>'
    ).format(
        state=state,
        source=edge["source"],
        target=edge["target"],
        title=label or TITLES.get(state, ""),
        curve=curve,
        x=end + 6,
        y=y2,
        lx=middle[0],
        ly=middle[1] - 5,
        label=label,
    )
