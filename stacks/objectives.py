"""What the HTTP API, which functions share, promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.objectives import Objectives
from spec.model import Entrance

if TYPE_CHECKING:
    from spec.catalogue import Catalogue


def of_api(catalogue: Catalogue) -> Objectives:
    """Return the weakest promise of the functions behind the API; their own alarms are stricter."""
    promised = [
        spec.objectives.availability
        for spec in catalogue.services.values()
        if spec.routes and spec.compute.ENTRANCE is not Entrance.LOAD_BALANCER
    ]
    return Objectives(availability_percent=min(promised, default=Objectives.availability_percent))
