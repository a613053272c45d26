"""IAM."""

from __future__ import annotations

from localcloud.aws.declaration import Service

SERVICE = Service(
    package=__name__,
    signing_name="iam",
    moto="iam",
    read_by_every_request=True,
    overrides=("overrides.managed_policies:install", "overrides.identities:install"),
    overrides_with_endpoints=("overrides.federation:install",),
    downloads={
        r"token-issuers/([0-9a-f-]+)/\.well-known/openid-configuration": (
            "overrides.federation:discovery_document"
        ),
        r"token-issuers/([0-9a-f-]+)/\.well-known/jwks\.json": "overrides.federation:key_set",
    },
)
