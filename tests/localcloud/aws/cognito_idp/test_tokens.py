from __future__ import annotations

import json
import urllib.request

import jwt


def test_a_token_is_verified_by_the_keys_at_this_address_and_carries_groups(cloud):
    cognito = cloud.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="shop")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="cli",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    cognito.create_group(UserPoolId=pool, GroupName="merchandiser")
    cognito.admin_create_user(UserPoolId=pool, Username="ann", TemporaryPassword="Passw0rd!")
    cognito.admin_set_user_password(
        UserPoolId=pool, Username="ann", Password="Passw0rd!", Permanent=True
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username="ann", GroupName="merchandiser")

    token = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": "Passw0rd!"},
    )["AuthenticationResult"]["AccessToken"]

    url = f"http://127.0.0.1:{cloud.port}/{pool}/.well-known/jwks.json"
    with urllib.request.urlopen(url, timeout=5) as response:
        keys = json.load(response)["keys"]
    kid = jwt.get_unverified_header(token)["kid"]
    key = jwt.PyJWK(next(one for one in keys if one["kid"] == kid))
    claims = jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        issuer=f"https://cognito-idp.eu-west-1.amazonaws.com/{pool}",
    )
    assert claims["cognito:groups"] == ["merchandiser"]
    assert claims["client_id"] == client
    assert claims["token_use"] == "access"
