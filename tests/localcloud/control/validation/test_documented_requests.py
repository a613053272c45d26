"""Requests that AWS documents are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from moto.core.utils import get_service_model

from localcloud.control.validation import rules
from localcloud.control.validation.constraints import compile_check
from localcloud.control.validation.dialects import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACEHOLDERS = {
    "cluster-1a23b4cdefg", "1234xCy789012", "<Stringified-JSON>", "NoTermination ",
}  # fmt: skip
"""Values in the documentation that AWS itself would refuse."""


def test_no_documented_request_is_refused():
    found = [one for dialect in DIALECTS.values() for one in _examples(dialect.model)]

    refused = []
    for model, operation, parameters in found:
        dialect = next(one for one in DIALECTS.values() if one.model == model)
        shape = get_service_model(model).operation_model(operation).input_shape
        check = compile_check(shape, types=False) if shape else None
        judged = check(parameters, "") if check else ()
        failures = [one for one in judged if one.value not in PLACEHOLDERS]
        error = dialect.refusal(failures)
        if not PLACEHOLDERS & {one for one in parameters.values() if isinstance(one, str)}:
            error = error or rules.refusal(model, operation, parameters)
        refused += [(model, operation, error)] if error else []

    assert len(found) > 600
    assert refused == []


def _examples(model: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    try:
        told = Loader().load_service_model(model, "examples-1")["examples"]
    except UnknownServiceError:
        return
    for operation, cases in told.items():
        for case in cases:
            yield model, operation, case.get("input") or {}
