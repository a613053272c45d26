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
