"""Tests of policy.rules.guardduty."""

from policy.rules.guardduty import guardduty_features_on
from policy.testing import check_stack, messages, resource, stack, unknown

DETECTOR = "aws:guardduty/detector:Detector"
FEATURES = guardduty_features_on.params["features"]


def test_guardduty_features_on():
    detector = resource(DETECTOR, "detector", {"enable": True})

    def program(status, names=FEATURES):
        ones = [
            resource(
                "aws:guardduty/detectorFeature:DetectorFeature",
                f"feature-{number}",
                {"detectorId": unknown, "name": name, "status": status},
            )
            for number, name in enumerate(names)
        ]
        joined = {one.name: {"detectorId": [detector]} for one in ones}
        return stack(detector, *ones, property_dependencies=joined)

    check_stack(
        guardduty_features_on,
        kept=[program("ENABLED"), program(unknown), program("ENABLED", [unknown])],
        broken=[stack(detector), program("DISABLED"), program("ENABLED", FEATURES[1:])],
    )
    assert len(messages(guardduty_features_on, program("ENABLED", FEATURES[2:]))) == 2
