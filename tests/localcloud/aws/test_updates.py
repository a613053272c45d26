from __future__ import annotations


def test_a_route_is_open_again_once_its_authorizer_is_taken_off(cloud):
    client = cloud.client("apigatewayv2")
    api = client.create_api(Name="open", ProtocolType="HTTP")["ApiId"]
    route = client.create_route(
        ApiId=api,
        RouteKey="GET /orders",
        AuthorizationType="JWT",
        AuthorizationScopes=["read"],
        AuthorizerId="tokens",
        Target="integrations/one",
    )["RouteId"]

    client.update_route(
        ApiId=api,
        RouteId=route,
        AuthorizationType="NONE",
        AuthorizationScopes=[],
        AuthorizerId="",
        Target="",
    )

    found = client.get_route(ApiId=api, RouteId=route)
    assert found["AuthorizationType"] == "NONE"
    assert [found[name] for name in ("AuthorizationScopes", "AuthorizerId", "Target")] == [
        [],
        "",
        "",
    ]


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


def test_a_secret_loses_its_description(cloud):
    client = cloud.client("secretsmanager")
    arn = client.create_secret(Name="described", Description="orders")["ARN"]

    client.update_secret(SecretId=arn, Description="")

    assert not client.describe_secret(SecretId=arn).get("Description")


def test_a_parameter_of_a_cluster_is_reset(cloud):
    client = cloud.client("rds")
    group = {"DBClusterParameterGroupName": "reset"}
    client.create_db_cluster_parameter_group(
        **group, DBParameterGroupFamily="aurora-postgresql16", Description="reset"
    )
    wanted = [
        {"ParameterName": name, "ParameterValue": "1", "ApplyMethod": "immediate"}
        for name in ("rds.force_ssl", "log_statement")
    ]
    client.modify_db_cluster_parameter_group(**group, Parameters=wanted)

    client.reset_db_cluster_parameter_group(**group, Parameters=wanted[:1])

    found = client.describe_db_cluster_parameters(**group)["Parameters"]
    assert [parameter["ParameterName"] for parameter in found] == ["log_statement"]


def test_the_block_of_a_subnet_is_exchanged(cloud):
    client = cloud.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    made = client.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock="2001:db8::/64")

    client.disassociate_subnet_cidr_block(
        AssociationId=made["Ipv6CidrBlockAssociation"]["AssociationId"]
    )
    client.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock="2001:db8:0:1::/64")

    [found] = client.describe_subnets(SubnetIds=[subnet])["Subnets"]
    [block] = found["Ipv6CidrBlockAssociationSet"]
    assert block["Ipv6CidrBlock"] == "2001:db8:0:1::/64"
    assert block["Ipv6CidrBlockState"] == {"State": "associated"}
