"""Tests of policy.rules.apigateway.methods."""

from policy.rules.apigateway import methods as rules
from policy.testing import check_stack, resource, stack, unknown
from tests.policy.rules.samples.rest_apis import api, method, stage


def test_apigateway_requests_validated():
    def validator(**changes):
        props = {"id": "validator-1", "restApi": "api-1"} | changes
        return resource("aws:apigateway/requestValidator:RequestValidator", "validator", props)

    check_stack(
        rules.apigateway_requests_validated,
        kept=[
            stack(method(), validator(validateRequestBody=True)),
            stack(method(), validator(validateRequestParameters=unknown)),
            stack(method(requestValidatorId=unknown)),
            stack(method(httpMethod="OPTIONS", requestValidatorId=None)),
        ],
        broken=[stack(method(requestValidatorId=None)), stack(method(), validator())],
    )


def test_apigateway_client_certificate():
    def integration(kind):
        props = {"restApi": "api-1", "resourceId": "r1", "httpMethod": "GET", "type": kind}
        return resource("aws:apigateway/integration:Integration", "integration", props)

    check_stack(
        rules.apigateway_client_certificate,
        kept=[
            stack(stage(clientCertificateId="c1"), api(), integration("HTTP")),
            stack(stage(clientCertificateId=unknown), api()),
            stack(stage(), api(), integration("AWS_PROXY")),
            stack(stage(), api(), integration(unknown)),
        ],
        broken=[stack(stage(), api(), integration("HTTP_PROXY")), stack(stage(), api())],
    )
