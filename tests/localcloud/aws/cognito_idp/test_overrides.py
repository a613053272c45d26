from __future__ import annotations


def test_an_update_of_a_client_resets_what_it_leaves_out(cloud):
    client = cloud.client("cognito-idp")
    pool = client.create_user_pool(PoolName="reset")["UserPool"]["Id"]
    made = client.create_user_pool_client(
        UserPoolId=pool, ClientName="shop", CallbackURLs=["https://a"], RefreshTokenValidity=7
    )["UserPoolClient"]

    client.update_user_pool_client(UserPoolId=pool, ClientId=made["ClientId"])

    found = client.describe_user_pool_client(UserPoolId=pool, ClientId=made["ClientId"])
    assert "CallbackURLs" not in found["UserPoolClient"]
    assert found["UserPoolClient"]["ClientName"] == "shop"
    assert found["UserPoolClient"]["RefreshTokenValidity"] == 30
