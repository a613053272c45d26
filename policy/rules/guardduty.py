"""Rules on GuardDuty detectors."""

from __future__ import annotations

from policy.engine.requirement import require_value
from policy.engine.rule import Findings, Resource, Stack, classify, rule, stack_rule
from policy.engine.values import UNKNOWN

DETECTOR = "aws:guardduty/detector:Detector"
DETECTOR_FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
_AGENTS = ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")


@require_value(DETECTOR, path="enable", default=True, remediates=True)
@classify("audit", "audit", "high", "mandatory")
def guardduty_detector_on() -> None:
    """Detectors must be enabled.

    A disabled detector reports no findings.

    References: FSBP GuardDuty.1, Config guardduty-enabled-centralized, Checkov CKV_AWS_238
    """


@stack_rule(
    DETECTOR,
    DETECTOR_FEATURE,
    params={
        "features": [
            "S3_DATA_EVENTS",
            "EKS_AUDIT_LOGS",
            "RDS_LOGIN_EVENTS",
            "LAMBDA_NETWORK_LOGS",
            "RUNTIME_MONITORING",
        ]
    },
)
@classify("audit", "audit", "medium", "mandatory")
def guardduty_features_on(stack: Stack) -> Findings:
    """Detectors must have all features that apply enabled.

    Without its features, GuardDuty does not analyse activity in S3, EKS, RDS or Lambda.

    References: FSBP GuardDuty.5 (EKS_AUDIT_LOGS), FSBP GuardDuty.6 (LAMBDA_NETWORK_LOGS),
    FSBP GuardDuty.8 (EBS_MALWARE_PROTECTION), FSBP GuardDuty.9 (RDS_LOGIN_EVENTS),
    FSBP GuardDuty.10 (S3_DATA_EVENTS), FSBP GuardDuty.11 (RUNTIME_MONITORING),
    Config guardduty-lambda-protection-enabled, Config guardduty-s3-protection-enabled,
    Config guardduty-rds-protection-enabled, Config guardduty-runtime-monitoring-enabled,
    Checkov CKV2_AWS_3
    """
    for detector in stack.of_type(DETECTOR):
        for feature in stack.params["features"]:
            if stack.has_no_referrer(
                detector,
                "detectorId",
                DETECTOR_FEATURE,
                where=lambda one, feature=feature: _enables(one, feature),
            ):
                yield detector.finding(
                    f"The GuardDuty detector '{detector.name}' must have the feature {feature}: add"
                    ' a DetectorFeature with that name and status "ENABLED".',
                    str(feature),
                )


@rule(DETECTOR_FEATURE)
@classify("audit", "audit", "medium", "advisory")
def guardduty_agents_managed(feature: Resource) -> Findings:
    """Runtime monitoring must manage its agents.

    Without its agent on a cluster, task or instance, GuardDuty sees nothing of what runs there.

    References: FSBP GuardDuty.7 (EKS_ADDON_MANAGEMENT),
    FSBP GuardDuty.12 (ECS_FARGATE_AGENT_MANAGEMENT), FSBP GuardDuty.13 (EC2_AGENT_MANAGEMENT),
    Config guardduty-ecs-protection-runtime-enabled, Config guardduty-ec2-protection-runtime-enabled
    """
    path = "additionalConfigurations"
    if feature.get("name") != "RUNTIME_MONITORING" or feature.get(path) is UNKNOWN:
        return
    enabled = [
        one.get("name")
        for one in feature.entries(path)
        if one.get("status") in ("ENABLED", UNKNOWN)
    ]
    off = [one for one in _AGENTS if one not in enabled]
    if off and UNKNOWN not in enabled:
        yield feature.finding(
            f"The feature '{feature.name}' must manage its agents: add {', '.join(off)} with status"
            ' "ENABLED" to additional_configurations.',
            *off,
        )


def _enables(one: Resource, feature: str) -> bool:
    return one.get("name") in (feature, UNKNOWN) and one.get("status") in ("ENABLED", UNKNOWN)
