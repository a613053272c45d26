"""The configuration of an environment's rules, from `policy/settings` and `exemptions.yaml`."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the annotation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydantic

from policy.check.document import load, load_yaml
from policy.engine.settings import SETTINGS
from policy.engine.values import is_object

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parent / "settings"
"""`common.json` for every environment, and `<environment>.json` for one."""

EXEMPTIONS = Path(__file__).parent / "exemptions.yaml"
"""The exemptions of the platform."""


class PlatformExemption(pydantic.BaseModel, frozen=True, extra="forbid"):
    """An exemption of the platform from a rule, for the resources of every service."""

    rule: str
    type: str | None = None
    """The resource type; None if the rule is about the stack as a whole."""
    names: str = pydantic.Field(default="*", pattern=r"^\*")
    """A pattern of resource names. It cannot begin with the name of a service."""
    kind: str = pydantic.Field(min_length=1)
    """A description of what is exempted."""
    environments: tuple[str, ...] | None = None
    """None: every environment."""
    reason: str = pydantic.Field(min_length=10)
    owner: str = pydantic.Field(min_length=1)
    expires: date

    def applies_to(self, environment: str) -> bool:
        """Return whether it applies in *environment*."""
        return self.environments is None or environment in self.environments

    def as_setting(self) -> dict[str, Any]:
        """Return it as an entry of the setting `exemptions`."""
        return {
            "rule": self.rule,
            "resource": f"{self.type}::{self.names}" if self.type else "*",
            "reason": self.reason,
            "owner": self.owner,
            "expires": self.expires.isoformat(),
            "mayBeUnused": True,
        }


_ENTRIES = pydantic.TypeAdapter(list[PlatformExemption])


def configuration(
    environment: str, folder: Path = FOLDER, exemptions: Path = EXEMPTIONS
) -> dict[str, Any]:
    """Return the pack configuration of *environment*, in CrossGuard's format.

    An environment without a settings file has the common one, that is production's defaults.
    """
    found = _settings(folder / "common.json")
    for name, one in _settings(folder / f"{environment}.json").items():
        found[name] = {**found.get(name, {}), **one} if name == SETTINGS else one
    entries = [one for one in platform_exemptions(exemptions) if one.applies_to(environment)]
    found[SETTINGS] = {
        **found.get(SETTINGS, {}),
        "exemptions": [one.as_setting() for one in _specific_first(entries)],
    }
    return found


def has_settings(environment: str, folder: Path = FOLDER) -> bool:
    """Return whether *environment* has its own settings file."""
    return (folder / f"{environment}.json").exists()


def platform_exemptions(file: Path = EXEMPTIONS) -> list[PlatformExemption]:
    """Return the entries of *file*; raises InputError with the line of each mistake.

    The names of rules are checked when the configuration is read.
    """
    document = load_yaml(file)
    try:
        return _ENTRIES.validate_python(document.value)
    except pydantic.ValidationError as error:
        raise document.errors(
            (f"{'.'.join(map(str, one['loc'])) or 'top level'}: {one['msg']}", one["loc"])
            for one in error.errors()
        ) from error


def _specific_first(entries: Iterable[PlatformExemption]) -> list[PlatformExemption]:
    """Sort entries with environments first: of equal end dates, the first one counts."""
    return sorted(entries, key=lambda one: one.environments is None)


def _settings(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    document = load(file)
    if not is_object(document.value):
        raise document.error("expected an object of rules and their configuration")
    return document.value
