"""Tests of policy.rules.ebs."""

from policy.rules.ebs import ebs_volume_encrypted
from policy.testing import check


def test_ebs_volume_encrypted():
    check(
        ebs_volume_encrypted,
        "aws:ebs/volume:Volume",
        {"availabilityZone": "eu-west-1a", "size": 20, "type": "gp3", "encrypted": True},
        kept=[{"encrypted": "true"}],
        broken=[{"encrypted": False}, {"encrypted": None}],
        unknown_at=["encrypted"],
    )
