"""A REST API with its stage and methods."""

from policy.testing import resource

METHOD = {
    "restApi": "api-1",
    "resourceId": "r1",
    "httpMethod": "GET",
    "authorization": "AWS_IAM",
    "requestValidatorId": "validator-1",
}


def method(**changes):
    return resource("aws:apigateway/method:Method", "shop", METHOD | changes)


def api(**changes):
    props = {"id": "api-1", "name": "shop-api"} | changes
    return resource("aws:apigateway/restApi:RestApi", "shop-api", props)


def stage(**changes):
    props = {"restApi": "api-1", "deployment": "deployment-1", "stageName": "v1"}
    return resource("aws:apigateway/stage:Stage", "shop", props | {"arn": "arn:stage"} | changes)
