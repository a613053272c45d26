"""Tests of policy.rules.general.apis."""

import json

from policy.rules.general.apis import api_cache_on_get
from policy.testing import check_stack, resource, stack, unknown
from tests.policy.rules.samples.rest_apis import METHOD, api, method, stage


def test_api_cache_on_get():
    def settings(**changes):
        props = {"restApi": "api-1", "stageName": "v1", "methodPath": "*/*"}
        props["settings"] = {"cachingEnabled": True}
        typ = "aws:apigateway/methodSettings:MethodSettings"
        return resource(typ, "settings", props | changes)

    cached = stage(cacheClusterEnabled=True)
    body = json.dumps({"paths": {"/orders": {"get": {}}}})
    site = resource(
        "aws:cloudfront/distribution:Distribution",
        "site",
        {"origins": [{"domainName": unknown, "originId": "api"}]},
    )
    check_stack(
        api_cache_on_get,
        kept=[
            stack(cached, api(), method(), settings()),
            stack(cached, api(), method(), settings(methodPath="orders/GET")),
            stack(stage(), api(), method(httpMethod="POST")),
            stack(stage(cacheClusterEnabled=unknown), api(), method(), settings()),
            stack(stage(), api(body=unknown)),
            stack(
                front := stage(),
                api(),
                resource("aws:apigateway/method:Method", "get", METHOD),
                site,
                property_dependencies={"site": {"origins": [front]}},
            ),
        ],
        broken=[
            stack(stage(), api(), method()),
            stack(stage(), api(body=body)),
            stack(cached, api(), method()),
            stack(cached, api(), method(), settings(stageName="v2")),
            stack(cached, api(), method(), settings(methodPath="orders/POST")),
        ],
    )
