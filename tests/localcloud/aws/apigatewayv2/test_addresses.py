from __future__ import annotations

from localcloud.ports import claim


def test_an_http_api_is_at_a_port_of_the_front_door(cloud):
    made = cloud.client("apigatewayv2").create_api(Name="shop-api", ProtocolType="HTTP")

    assert made["ApiEndpoint"] == f"http://127.0.0.1:{claim(cloud.layout, 'api-shop-api')}"
