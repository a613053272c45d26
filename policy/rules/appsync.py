"""Rules on AWS AppSync."""

from __future__ import annotations

from policy.engine.rule import Messages, Resource, classify, rule
from policy.engine.values import UNKNOWN

GRAPHQL_API = "aws:appsync/graphQLApi:GraphQLApi"
_API_KEY = "API_KEY"


@rule(GRAPHQL_API, params={"levels": ["ERROR", "ALL", "INFO", "DEBUG"]})
@classify("audit", "observability", "medium", "mandatory")
def appsync_field_logs(api: Resource) -> Messages:
    """GraphQL APIs must log the resolution of fields.

    Without logs, failed and abusive requests cannot be investigated.

    References: FSBP AppSync.2, Config appsync-logging-enabled, Checkov CKV_AWS_193,
    Checkov CKV_AWS_194
    """
    level = api.get("logConfig.fieldLogLevel")
    if level is not UNKNOWN and level not in api.params["levels"]:
        yield (
            f"The GraphQL API '{api.name}' must log the resolution of fields: set"
            f" log_config.field_log_level to {api.params['levels'][0]}."
        )


@rule(GRAPHQL_API)
@classify("security", "identity", "high", "mandatory")
def appsync_no_api_key(api: Resource) -> Messages:
    """GraphQL APIs must not authenticate requests by API key.

    An API key is the same for all clients, and can be copied from each of them.

    References: FSBP AppSync.5, Config appsync-authorization-check
    """
    paths = {
        "authenticationType": "authentication_type",
        "additionalAuthenticationProviders.authenticationType": (
            "additional_authentication_providers.authentication_type"
        ),
    }
    for path, argument in paths.items():
        if _API_KEY in api.all(path):
            yield (
                f"The GraphQL API '{api.name}' must not authenticate requests by API key: set"
                f" {argument} to AWS_IAM, AMAZON_COGNITO_USER_POOLS, OPENID_CONNECT or AWS_LAMBDA."
            )
