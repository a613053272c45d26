"""What the rule on users that have to survive accepts and refuses."""

from policy.engine.settings import Settings
from policy.rules.resilience.cognito import cognito_deletion_protection
from policy.testing import check, messages, resource

POOL = "aws:cognito/userPool:UserPool"


def test_cognito_deletion_protection():
    check(
        cognito_deletion_protection,
        POOL,
        {"name": "shop", "mfaConfiguration": "OPTIONAL", "deletionProtection": "ACTIVE"},
        broken=[{"deletionProtection": None}, {"deletionProtection": "INACTIVE"}],
        unknown_at=["deletionProtection"],
    )
    pool = resource(POOL, "shop", {})
    assert cognito_deletion_protection.remediate(pool) == {"deletionProtection": "ACTIVE"}
    assert not messages(cognito_deletion_protection, pool, settings=Settings(production=False))
