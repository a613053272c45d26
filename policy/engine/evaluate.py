"""Runs rules on resources and stacks, with levels, exemptions and error handling."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from policy.engine.resource import current_date
from policy.engine.rule import ANY_TYPE, Concern, Finding, Level, Rule, Severity, When
from policy.engine.settings import ALL, SETTINGS, Settings
from policy.engine.stack import Stack
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from policy.engine.resource import Resource
    from policy.engine.settings import Exemption

TYPE_ALIASES = {
    f"aws:alb/{name}": f"aws:lb/{name}"
    for name in (
        "listener:Listener",
        "listenerCertificate:ListenerCertificate",
        "listenerRule:ListenerRule",
        "loadBalancer:LoadBalancer",
        "targetGroup:TargetGroup",
        "targetGroupAttachment:TargetGroupAttachment",
    )
} | {
    f"aws:s3/bucket{name}V2:Bucket{name}V2": f"aws:s3/bucket{name}:Bucket{name}"
    for name in (
        "",
        "Acl",
        "CorsConfiguration",
        "LifecycleConfiguration",
        "Logging",
        "ObjectLockConfiguration",
        "ServerSideEncryptionConfiguration",
        "Versioning",
    )
}
"""Type alias -> current type."""


@dataclass(frozen=True)
class Violation:
    """A violation of a rule by a resource, with its effective level."""

    rule: Rule
    message: str
    level: Level
    urn: str = ""
    exemption: Exemption | None = None
    """The exemption that makes it advisory, if any."""
    decided: bool = True
    """False if the rule failed, or needs a value that is not known yet."""


@dataclass(frozen=True)
class RuleConfig:
    """The configuration of one rule."""

    level: Level | None = None
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])


def level_of(
    rule: Rule, settings: Settings, configured: Level | None, all_rules: Level | None
) -> Level:
    """Return the level of *rule*: configured for it, its severity or all rules, or its default."""
    own = settings.rules.get(rule.name) or configured
    return own or settings.severity_enforcement.get(rule.severity) or all_rules or rule.level


class Evaluator:
    """A set of rules with the configuration of one environment."""

    def __init__(
        self,
        rules: Iterable[Rule],
        settings: Settings | None = None,
        configured: Mapping[str, RuleConfig] | None = None,
        today: date | None = None,
        elsewhere: Iterable[str] = (),
    ) -> None:
        """Prepare *rules* for dispatch by type; *elsewhere*: names of rules in other packs."""
        self.settings = settings or Settings()
        self._configured = configured or {}
        self._today = today or current_date()
        self._elsewhere = frozenset(elsewhere)
        self._used: set[Exemption] = set()
        self._exempted = frozenset(one.rule for one in self.settings.exemptions)
        self.rules = list(rules)
        self._params = {one.name: self._params_of(one) for one in self.rules}
        self._by_type: dict[str, list[Rule]] = {}
        for one in self.rules:
            if self.level(one) is not Level.DISABLED and self._applies(one):
                for typ in one.types if one.check else ():
                    self._by_type.setdefault(typ, []).append(one)
        self._candidates: dict[str, list[Rule]] = {}

    def level(self, rule: Rule) -> Level:
        """Return the level of *rule* in this environment."""
        own, everywhere = self._configured.get(rule.name), self._configured.get(ALL)
        return level_of(
            rule,
            self.settings,
            own.level if own else None,
            everywhere.level if everywhere else None,
        )

    def candidates(self, typ: str) -> list[Rule]:
        """Return the resource rules on *typ* or on the type that it is an alias of."""
        found = self._candidates.get(typ)
        if found is None:
            names = dict.fromkeys([TYPE_ALIASES.get(typ, typ), typ, ANY_TYPE])
            found = [one for name in names for one in self._by_type.get(name, ())]
            self._candidates[typ] = found
        return found

    def remediating(self, typ: str) -> list[Rule]:
        """Return the rules that remediate resources of *typ*."""
        return [
            one
            for one in self.candidates(typ)
            if one.remediate is not None and self.level(one) is Level.REMEDIATE
        ]

    def resource(self, resource: Resource) -> Iterator[Violation]:
        """Run every resource rule for the type of *resource*."""
        rules = self.candidates(resource.type)
        resource.type = TYPE_ALIASES.get(resource.type, resource.type)
        resource.settings, resource.today = self.settings, self._today
        for one in rules:
            if one.when is When.SENSITIVE and not self._is_sensitive(resource):
                continue
            resource.params = self._params[one.name]
            resource.unknown.clear()
            yield from self._run(one, resource)

    def stack(self, stack: Stack) -> Iterator[Violation]:
        """Run every stack rule whose types occur in *stack*, then check the exemptions."""
        yield from self.stack_rules(stack)
        yield from self.exemption_faults()

    def stack_rules(self, stack: Stack) -> Iterator[Violation]:
        """Run every stack rule whose types occur in *stack*."""
        stack.settings = self.settings
        stack.aliases = TYPE_ALIASES
        present = {TYPE_ALIASES.get(one.type, one.type) for one in stack.resources}
        for one in self.rules:
            applies = self._applies(one) and self.level(one) is not Level.DISABLED
            if one.stack_check is None or not applies:
                continue
            if ANY_TYPE in one.types or present.intersection(one.types):
                stack.params = self._params[one.name]
                if self._reports_undecided(one):
                    for resource in stack.resources:
                        resource.unknown.clear()
                yield from self._run(one, stack)

    def remediated(self, rule: Rule, resource: Resource) -> dict[str, Any] | None:
        """Return the inputs that *rule* would change, if that corrects the resource.

        Unknown values are kept, because they may comply.
        """
        if rule.remediate is None or self.level(rule) is not Level.REMEDIATE:
            return None
        if self.settings.exemption(rule.name, resource.urn) is not None:
            return None
        if rule.when is When.SENSITIVE and not self._is_sensitive(resource):
            return None
        resource.settings, resource.today = self.settings, self._today
        resource.params = self._params[rule.name]
        try:
            broken = next(rule(resource), None) is not None
            changes = (rule.remediate(resource) if broken else None) or {}
            known = {
                key: value
                for key, value in changes.items()
                if resource.props.get(key) is not UNKNOWN
            }
            changed = replace(resource, props=resource.props | known, unknown=set(), _documents={})
            still_broken = next(rule(changed), None) is not None
        except Exception:  # noqa: BLE001 - the check says what failed; what is there stays
            return None
        return None if still_broken else known

    def _applies(self, rule: Rule) -> bool:
        """Return whether *rule* applies to this environment."""
        if rule.when is When.PRODUCTION:
            return self.settings.production
        return rule.when is not When.OPTED_IN or rule.name in self.settings.opted_in

    def _is_sensitive(self, resource: Resource) -> bool:
        return self.settings.is_sensitive(resource.tag(self.settings.data_class_tag))

    def _params_of(self, rule: Rule) -> Mapping[str, Any]:
        configured = self._configured.get(rule.name)
        return {**rule.params, **(configured.params if configured else {})}

    def _run(self, rule: Rule, seen: Resource | Stack) -> list[Violation]:
        """Run *rule*; an exception becomes an advisory violation, and other rules continue."""
        own_urn = getattr(seen, "urn", "")
        found: list[Violation] = []
        try:
            for result in rule(seen):
                finding = result if isinstance(result, Finding) else Finding(result, own_urn)
                found.append(self._violation(rule, _with_controls(rule, finding)))
        except Exception as error:  # noqa: BLE001 - one broken rule must not hide the others
            text = f"The rule '{rule.name}' could not be evaluated: {type(error).__name__}: {error}"
            found.append(Violation(rule, text, Level.ADVISORY, own_urn, decided=False))
            return found
        if self._reports_undecided(rule):
            urns = {one.urn for one in found}
            resources = seen.resources if isinstance(seen, Stack) else [seen]
            open_ones = [one for one in resources if one.unknown and one.urn not in urns]
            found.extend(self._undecided(rule, open_ones))
        return found

    def _reports_undecided(self, rule: Rule) -> bool:
        """Return whether undecided results of *rule* matter, for the report or for exemptions."""
        return self.settings.report_unknown or rule.name in self._exempted

    def _undecided(self, rule: Rule, resources: Iterable[Resource]) -> Iterator[Violation]:
        """Record an undecided result of *rule*, whose exemption may still be needed."""
        for one in resources:
            exemption = self.settings.exemption(rule.name, one.urn)
            if exemption is not None:
                self._used.add(exemption)
            if self.settings.report_unknown:
                names = ", ".join(sorted(one.unknown))
                text = f"The rule '{rule.name}' could not be checked yet: {names} is not known."
                yield Violation(rule, text, Level.ADVISORY, one.urn, decided=False)

    def _violation(self, rule: Rule, finding: Finding) -> Violation:
        level = self.level(rule)
        level = Level.MANDATORY if level is Level.REMEDIATE else level
        exemption = self.settings.exemption(rule.name, finding.urn)
        if exemption is None:
            return Violation(rule, finding.message, level, finding.urn)
        self._used.add(exemption)
        if exemption.expires < self._today:
            text = f"{finding.message} (Its exemption expired on {exemption.expires}.)"
            return Violation(rule, text, level, finding.urn)
        text = f"{finding.message} (Exempt {exemption.term}: {exemption.reason})"
        return Violation(rule, text, Level.ADVISORY, finding.urn, exemption)

    def exemption_faults(self) -> Iterator[Violation]:
        """Report exemptions that have expired, exempt nothing, or name an unknown rule."""
        level = self.level(settings_rule)
        if level is Level.DISABLED:
            return
        known = {one.name for one in self.rules}
        for one in self.settings.exemptions:
            if one.rule in self._elsewhere - known:
                continue
            if one.rule not in known:
                text = f"The exemption for '{one.rule}' names a rule that does not exist."
            elif one not in self._used and one.may_be_unused:
                continue
            elif one not in self._used:
                text = (
                    f"The exemption of {one.resource} from '{one.rule}' exempts nothing and must"
                    " be removed."
                )
            elif one.expires < self._today:
                text = (
                    f"The exemption of {one.resource} from '{one.rule}' expired on {one.expires}"
                    f" and must be renewed by {one.owner}, or removed with what it exempts."
                )
            else:
                continue
            yield Violation(settings_rule, text, level)


def _with_controls(rule: Rule, finding: Finding) -> Finding:
    """Return *finding* with the controls of AWS that it violates, if *rule* combines several."""
    controls = rule.controls(finding)
    if not controls:
        return finding
    message = f"{finding.message.removesuffix('.')} ({', '.join(controls)})."
    return replace(finding, message=message)


def _no_findings(_: Any) -> tuple[()]:
    return ()


settings_rule = Rule(
    name=SETTINGS,
    description="Exemptions must name an existing rule and a resource that breaks it.",
    types=(),
    concern=Concern.SETTINGS,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    stack_check=_no_findings,
)
