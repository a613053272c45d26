"""Settings for all rules: the configuration of the policy named `settings`."""

from __future__ import annotations

import difflib
import re
import warnings
from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar

import pydantic
from pydantic.alias_generators import to_camel

from policy.engine.parameters import config_schema, message
from policy.engine.values import is_object
from policy.engine.vocabulary import Level, Severity

SETTINGS = "settings"
"""The name of the policy with this configuration, which also checks the exemptions."""

ALL = "all"
"""The name under which CrossGuard configures the level of all policies."""

_RESTRICTING_CONDITION_KEYS = (
    "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
    "aws:SourceAccount", "aws:SourceArn", "aws:SourceIp", "aws:SourceOrgID", "aws:SourceOrgPaths",
    "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp", "kms:CallerAccount",
    "s3:DataAccessPointAccount", "s3:DataAccessPointArn",
)  # fmt: skip
_WORD_END = r"(?i:s)?(?:(?![A-Za-z])|(?<=[a-z])(?=[A-Z]))"
"""The end of a word in `NAME`, `name`, `my-name` or `myName`."""
_SECRET_NAMES = (
    r"(?i:passw(or)?d|passphrase|pwd|secret|token|credential|connection[_-]?string)" + _WORD_END,
    r"(?i:(api|access|private|secret|signing|encryption)[_-]?key)" + _WORD_END,
)
_SECRET_NAME_EXCEPTIONS = (
    r"(?i)_?(arn|name|id|url|uri|path|file|prefix|region|ttl|expiry|length|version|enabled)s?$",
    r"(?i)_?(type|header|cookie|endpoint|limit|count|issuer|audience|subject|name_?space|scope)s?$",
    r"(?i)_?(seconds|minutes|hours|days|rounds|algorithm|backend|provider|policy|format|mode)s?$",
    r"(?i)(max_?tokens|tokens?_per_\w+)$",
)
_SECRET_VALUES = (
    r"(?<![A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])",
    r"(?i)aws.{0,20}secret.{0,20}[=:\s\"']+[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
    r"-----BEGIN ([A-Z]+ )*PRIVATE KEY-----",
    r"(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,}",
    r"(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{22,}",
    r"(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}",
    r"(?<![A-Za-z0-9])sk_live_[A-Za-z0-9]{16,}",
    r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    r"[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@${}]{3,}@",
)


class _Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
    )


NEVER = "never"
"""The expiry of an exemption that is reviewed elsewhere, such as that of a public route."""


def _date(value: Any) -> Any:
    return date.max if value == NEVER else value


_EndDate = Annotated[
    date, pydantic.BeforeValidator(_date), pydantic.WithJsonSchema({"type": "string"})
]


class Exemption(_Model):
    """Resources exempt from a rule, with expiry, reason and owner."""

    rule: str
    resource: str = pydantic.Field(min_length=1)
    """A URN, or `type::name`; both may be patterns with * and ?."""
    reason: str = pydantic.Field(min_length=10)
    owner: str = pydantic.Field(min_length=1)
    expires: _EndDate
    """The last day on which it is valid, or `never`."""
    may_be_unused: bool = False
    """Whether it may remain unused; otherwise an unused exemption is a violation."""

    @property
    def term(self) -> str:
        """Its term, for messages."""
        return "without an end date" if self.expires == date.max else f"until {self.expires}"

    def covers(self, rule: str, urn: str) -> bool:
        """Return whether this exemption covers *rule* and *urn*, expired or not."""
        if self.rule != rule:
            return False
        seen = urn if self.resource.startswith("urn:") else _type_and_name(urn)
        return seen == self.resource or fnmatchcase(seen, self.resource)


class Settings(_Model):
    """The settings of an environment. The defaults are those of production."""

    RENAMED: ClassVar[dict[str, str]] = {"narrowingKeys": "restrictingConditionKeys"}
    """Former setting name -> current one; the former one is accepted for one release."""

    production: bool = True
    data_class_tag: str = "data-class"
    sensitive_classes: tuple[str, ...] = ("confidential", "restricted")
    unclassified_is_sensitive: bool = True
    purpose_tag: str = "purpose"
    opted_in: tuple[str, ...] = ()
    trusted_accounts: tuple[str, ...] = ()
    rules: dict[str, Level] = pydantic.Field(default_factory=dict[str, Level])
    """The levels of single rules, which override every other level."""
    severity_enforcement: dict[Severity, Level] = pydantic.Field(
        default_factory=dict[Severity, Level]
    )
    exemptions: tuple[Exemption, ...] = ()
    restricting_condition_keys: tuple[str, ...] = _RESTRICTING_CONDITION_KEYS
    secret_names: tuple[str, ...] = _SECRET_NAMES
    secret_name_exceptions: tuple[str, ...] = _SECRET_NAME_EXCEPTIONS
    secret_values: tuple[str, ...] = _SECRET_VALUES
    report_unknown: bool = False
    """Report rules that could not be checked because of unknown values as advisory."""

    def is_sensitive(self, data_class: Any) -> bool:
        """Return whether a resource with the tag value *data_class* holds sensitive data."""
        if data_class is None:
            return self.unclassified_is_sensitive
        return data_class in self.sensitive_classes

    def looks_secret(self, name: str) -> bool:
        """Return whether *name* looks like the name of a secret."""
        return any(re.search(one, name) for one in self.secret_names) and not any(
            re.search(one, name) for one in self.secret_name_exceptions
        )

    def exemption(self, rule: str, urn: str) -> Exemption | None:
        """Return the exemption of *urn* from *rule*; an expired one only if there is no other."""
        found = [one for one in self.exemptions if one.covers(rule, urn)]
        return max(found, key=lambda one: one.expires, default=None)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _accept_former_names(cls, values: Any) -> Any:
        if not is_object(values):
            return values
        for old, new in cls.RENAMED.items():
            if old in values and new in values:
                raise ValueError(f"{old} is the former name of {new}: remove {old}")
            if old in values:
                text = f"the setting {old} of the policy packs is deprecated: write {new}"
                warnings.warn(text, FutureWarning, stacklevel=2)
        return {cls.RENAMED.get(name, name): value for name, value in values.items()}

    @pydantic.field_validator("secret_names", "secret_name_exceptions", "secret_values")
    @classmethod
    def _are_expressions(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for one in patterns:
            try:
                re.compile(one)
            except re.error as error:
                raise ValueError(f"{one!r} is not a regular expression: {error}") from error
        return patterns


PRODUCTION = Settings()
"""The settings without any configuration."""


def _type_and_name(urn: str) -> str:
    """Return `type::name` of *urn*, without the types of the parents."""
    parts = urn.split("::", maxsplit=3)
    return f"{parts[2].rpartition('$')[2]}::{parts[3]}" if len(parts) > 3 else urn  # noqa: PLR2004 - urn:pulumi:<stack>::<project>::<types>::<name>


def settings_schema() -> dict[str, dict[str, Any]]:
    """Return the JSON schema of each setting, for CrossGuard.

    It has no defaults: the engine would send them as if they were configured.
    """
    found = config_schema(Settings)
    found |= {old: found[new] for old, new in Settings.RENAMED.items()}
    return {
        name: {key: value for key, value in one.items() if key != "default"}
        for name, one in found.items()
    }


def error_messages(error: pydantic.ValidationError) -> list[str]:
    """Return a message for each error in *error*."""
    names = [str(one.alias) for one in Settings.model_fields.values()]
    return [
        message({**one, "loc": (SETTINGS, *one["loc"])}, "setting", names) for one in error.errors()
    ]


def unknown_rule(name: str, known: list[str]) -> str:
    """Return a message for the unknown rule *name*, with a suggestion."""
    meant = difflib.get_close_matches(name, known, n=1)
    return f"there is no rule '{name}'" + (f": write '{meant[0]}'" if meant else "")
