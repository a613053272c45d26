"""A function behind an HTTP API that quick create makes: no routes, stages or integrations."""

import json

import pulumi
from pulumi_aws import apigatewayv2, iam, lambda_

role = iam.Role(
    "handler",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
)
iam.RolePolicyAttachment(
    "handler",
    role=role.name,
    policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
)
function = lambda_.Function(
    "handler",
    runtime=lambda_.Runtime.PYTHON3D11,
    handler="handler.handler",
    role=role.arn,
    code=pulumi.AssetArchive({".": pulumi.FileArchive("./app")}),
)
api = apigatewayv2.Api("hello", protocol_type="HTTP", target=function.invoke_arn)
lambda_.Permission(
    "hello",
    action="lambda:InvokeFunction",
    function=function.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/*/*"),
)

pulumi.export("url", api.api_endpoint)
