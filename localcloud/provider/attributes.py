"""The `Attributes` map of SQS and SNS: settings as strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.context import Context


def text(value: Any) -> str:
    """Return *value* as an attribute string."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def sent(context: Context, names: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that the program sets; *names* are input -> attribute."""
    return {names[key]: text(value) for key, value in context.inputs.items() if key in names}


def changed(context: Context, names: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes to set, in the order of *names*."""
    return {
        attribute: text(context.inputs[key])
        for key, attribute in names.items()
        if key in context.changed and key in context.inputs
    }


def answered(found: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that AWS answered under the names of the SDK."""
    return {key: found[name] for key, name in names.items() if name in found}
