"""An example of a delivery stream."""

from __future__ import annotations

from tests.localcloud.provider.example import Example

ROLE = "arn:aws:iam::000000000000:role/delivery"
KEY = "arn:aws:kms:eu-west-1:000000000000:key/11111111-2222-3333-4444-555555555555"
ENCRYPTION = (
    "serverSideEncryption",
    "serverSideEncryption.enabled",
    "serverSideEncryption.keyType",
    "serverSideEncryption.keyArn",
)


def processors(*types: str) -> dict[str, object]:
    return {"enabled": True, "processors": [{"type": one} for one in types]}


EXAMPLES = (
    Example(
        type="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        inputs=lambda stage: {
            "destination": "extended_s3",
            "extendedS3Configuration": {
                "bucketArn": stage.make("aws:s3/bucket:Bucket")["arn"],
                "roleArn": ROLE,
                "prefix": "logs/dt=!{timestamp:yyyy-MM-dd}/",
                "errorOutputPrefix": "errors/!{firehose:error-output-type}/",
                "processingConfiguration": processors("Decompression"),
            },
            "tags": {"kind": "example"},
        },
        update={"serverSideEncryption": {"enabled": True}, "tags": {"kind": "changed"}},
        outputs={"destination": "extended_s3"},
        values=lambda _: {
            "serverSideEncryption": {
                "enabled": True,
                "keyType": "CUSTOMER_MANAGED_CMK",
                "keyArn": KEY,
            },
            "extendedS3Configuration": {
                "bucketArn": "arn:aws:s3:::another",
                "roleArn": f"{ROLE}-2",
                "prefix": "lines/",
                "errorOutputPrefix": "failed/",
                "bufferingInterval": 0,
                "bufferingSize": 64,
                "compressionFormat": "GZIP",
                "fileExtension": ".json.gz",
                "kmsKeyArn": KEY,
                "cloudwatchLoggingOptions": {
                    "enabled": True,
                    "logGroupName": "/aws/kinesisfirehose/example",
                    "logStreamName": "delivery",
                },
                "processingConfiguration": processors("AppendDelimiterToRecord"),
            },
        },
        together=(" ".join(ENCRYPTION),),
        kept="extendedS3Configuration",
        bad={
            "name": "no spaces",
            "destination": "splunk",
            "splunkConfiguration": {"hecEndpoint": "https://a.test", "hecToken": "t"},
            "extendedS3Configuration": {
                "bucketArn": "arn:aws:s3:::b",
                "roleArn": ROLE,
                "prefix": "!{partitionKeyFromQuery:x}/",
                "bufferingInterval": 901,
                "compressionFormat": "Snappy",
                "processingConfiguration": processors("MetadataExtraction"),
            },
            "serverSideEncryption": {"enabled": True, "keyArn": KEY},
        },
    ),
)
