"""Rules on GuardDuty detectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.requirement import require_value
from policy.engine.rule import Concern, Finding, Level, Pack, Severity, stack_rule
from policy.engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource
    from policy.engine.stack import Stack

DETECTOR = "aws:guardduty/detector:Detector"
DETECTOR_FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"


@require_value(
    DETECTOR,
    path="enable",
    default=True,
    remediates=True,
    pack=Pack.AUDIT,
    concern=Concern.AUDIT,
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why="A disabled detector reports no findings.",
    references=("FSBP GuardDuty.1", "Config guardduty-enabled-centralized", "Checkov CKV_AWS_238"),
)
def guardduty_detector_on() -> None:
    """Detectors must be enabled."""


@stack_rule(
    DETECTOR,
    DETECTOR_FEATURE,
    pack=Pack.AUDIT,
    concern=Concern.AUDIT,
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why="Without its features, GuardDuty does not analyse activity in S3, EKS, RDS or Lambda.",
    params={
        "features": [
            "S3_DATA_EVENTS",
            "EKS_AUDIT_LOGS",
            "RDS_LOGIN_EVENTS",
            "LAMBDA_NETWORK_LOGS",
            "RUNTIME_MONITORING",
        ]
    },
    references=(
        "FSBP GuardDuty.6",
        "Config guardduty-lambda-protection-enabled",
        "Config guardduty-s3-protection-enabled",
        "Config guardduty-rds-protection-enabled",
        "Config guardduty-runtime-monitoring-enabled",
        "Checkov CKV2_AWS_3",
    ),
)
def guardduty_features_on(stack: Stack) -> Iterator[Finding]:
    """Detectors must have all features that apply enabled."""
    for detector in stack.of_type(DETECTOR):
        for feature in stack.params["features"]:
            if stack.has_no_referrer(
                detector,
                "detectorId",
                DETECTOR_FEATURE,
                where=lambda one, feature=feature: _enables(one, feature),
            ):
                text = (
                    f"The GuardDuty detector '{detector.name}' must have the feature {feature}: add"
                    ' a DetectorFeature with that name and status "ENABLED".'
                )
                yield Finding(text, detector.urn)


def _enables(one: Resource, feature: str) -> bool:
    return one.get("name") in (feature, UNKNOWN) and one.get("status") in ("ENABLED", UNKNOWN)
