"""What the rules on topics accept and refuse."""

from policy.rules.messaging.sns import sns_encrypted
from policy.testing import check


def test_sns_encrypted():
    check(
        sns_encrypted,
        "aws:sns/topic:Topic",
        {"name": "order-placed", "kmsMasterKeyId": "arn:aws:kms:eu-west-1:1:key/1", "tags": {}},
        broken=[{"kmsMasterKeyId": None}, {"kmsMasterKeyId": ""}],
        unknown_at=["kmsMasterKeyId"],
    )
