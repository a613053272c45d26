"""What is not served is refused by name, in the protocol of the service."""

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.aws.control_process import ControlProcess

STREAM = "arn:aws:kinesis:eu-west-1:000000000000:stream/s"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("unsupported"))
    process.start()
    yield process
    process.stop()


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "named"),
    [
        ("stepfunctions", "create_state_machine", {
            "name": "m", "roleArn": "arn:aws:iam::000000000000:role/r",
            "definition": '{"StartAt": "a", "States": {"a": {"Type": "Wait", "Seconds": 1,'
                          ' "End": true}}}'},
         "the state 'a' of type Wait"),
        ("stepfunctions", "create_activity", {"name": "a"}, "CreateActivity"),
        ("events", "put_targets", {"Rule": "r", "Targets": [{
            "Id": "t", "Arn": "arn:aws:batch:eu-west-1:000000000000:job-queue/q"}]},
         "job-queue/q as a target"),
        ("scheduler", "create_schedule", {
            "Name": "s", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
                       "RoleArn": "arn:aws:iam::000000000000:role/r"}},
         "aws-sdk:sqs:sendMessage as a target of a schedule"),
        ("pipes", "list_pipes", {}, "EventBridge Pipes"),
        ("rds-data", "execute_statement", {"sql": "select 1", "secretArn": "arn:aws:secret",
         "resourceArn": "arn:aws:rds:eu-west-1:0:cluster:c"}, "the Data API of Aurora"),
        ("lambda", "create_event_source_mapping",
         {"FunctionName": "f", "EventSourceArn": STREAM, "StartingPosition": "LATEST",
          "TumblingWindowInSeconds": 60}, "TumblingWindowInSeconds"),
        ("lambda", "update_event_source_mapping",
         {"UUID": "0" * 36, "TumblingWindowInSeconds": 60}, "TumblingWindowInSeconds"),
        ("lambda", "create_event_source_mapping",
         {"FunctionName": "f", "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:q"},
         "streams of DynamoDB tables in eu-west-1"),
        ("apigateway", "create_rest_api", {"name": "a"}, "REST APIs"),
        ("iam", "list_service_specific_credentials", {}, "ListServiceSpecificCredentials"),
        ("ec2", "describe_fleet_history", {"FleetId": "f", "StartTime": 0}, "DescribeFleetHistory"),
        ("lambda", "list_code_signing_configs", {}, "code-signing-configs"),
        ("apigatewayv2", "get_deployments", {"ApiId": "a"}, "deployments"),
    ],
)  # fmt: skip
def test_a_client_reads_what_is_not_supported(cloud, service, operation, parameters, named):
    with pytest.raises(ClientError) as refused:
        getattr(cloud.client(service), operation)(**parameters)

    assert refused.value.response["Error"]["Code"] == "NotImplemented"
    assert named in refused.value.response["Error"]["Message"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
