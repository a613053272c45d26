"""Parameters are pickled with the account and the region that their collection is made with."""

from __future__ import annotations

from typing import Any

from moto.ssm.models import ParameterDict

from localcloud.aws import pickling


def install() -> None:
    """Pickle the collection of parameters, which has a constructor of its own."""
    pickling.REDUCTIONS[ParameterDict] = _reduce


def _reduce(found: Any) -> tuple[Any, ...]:
    arguments = (found.account_id, found.region_name)
    return ParameterDict, arguments, vars(found), None, iter(dict.items(found))
