"""An S3 destination under the names of the SDK and under those of AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.provider.row import Properties

NAMES = {
    "bucketArn": "BucketARN",
    "roleArn": "RoleARN",
    "prefix": "Prefix",
    "errorOutputPrefix": "ErrorOutputPrefix",
    "compressionFormat": "CompressionFormat",
    "customTimeZone": "CustomTimeZone",
    "fileExtension": "FileExtension",
    "s3BackupMode": "S3BackupMode",
}
UNSET = ("prefix", "errorOutputPrefix", "fileExtension")
"""Inputs that are "" once a program drops them."""


def destination(given: Properties) -> dict[str, Any]:
    """Return the block *given* as the destination of a request, whole."""
    key, logging = given.get("kmsKeyArn"), given.get("cloudwatchLoggingOptions") or {}
    processing = given.get("processingConfiguration") or {}
    return {
        **{
            member: given.get(name) or ""
            for name, member in NAMES.items()
            if given.get(name) or name in UNSET
        },
        "BufferingHints": {
            "SizeInMBs": given["bufferingSize"],
            "IntervalInSeconds": given["bufferingInterval"],
        },
        "EncryptionConfiguration": {"KMSEncryptionConfig": {"AWSKMSKeyARN": key}}
        if key
        else {"NoEncryptionConfig": "NoEncryption"},
        "CloudWatchLoggingOptions": {
            "Enabled": bool(logging.get("enabled")),
            **({"LogGroupName": logging["logGroupName"]} if logging.get("logGroupName") else {}),
            **({"LogStreamName": logging["logStreamName"]} if logging.get("logStreamName") else {}),
        },
        "ProcessingConfiguration": {
            "Enabled": bool(processing.get("enabled")),
            "Processors": [
                {
                    "Type": one["type"],
                    "Parameters": [
                        {
                            "ParameterName": each["parameterName"],
                            "ParameterValue": each["parameterValue"],
                        }
                        for each in one.get("parameters") or ()
                    ],
                }
                for one in processing.get("processors") or ()
            ],
        },
    }


def described_block(found: Properties) -> dict[str, Any]:
    """Return a description of AWS as the block of the SDK."""
    hints = found.get("BufferingHints") or {}
    key = (found.get("EncryptionConfiguration") or {}).get("KMSEncryptionConfig") or {}
    logging = found.get("CloudWatchLoggingOptions") or {}
    processing = found.get("ProcessingConfiguration") or {}
    return {
        **{name: found.get(member) or "" for name, member in NAMES.items()},
        "bufferingSize": hints.get("SizeInMBs", 5),
        "bufferingInterval": hints.get("IntervalInSeconds", 300),
        "kmsKeyArn": key.get("AWSKMSKeyARN") or "",
        "cloudwatchLoggingOptions": {
            "enabled": bool(logging.get("Enabled")),
            "logGroupName": logging.get("LogGroupName") or "",
            "logStreamName": logging.get("LogStreamName") or "",
        },
        "processingConfiguration": {
            "enabled": bool(processing.get("Enabled")),
            "processors": [
                {
                    "type": one["Type"],
                    "parameters": [
                        {
                            "parameterName": each["ParameterName"],
                            "parameterValue": each["ParameterValue"],
                        }
                        for each in one.get("Parameters") or ()
                    ],
                }
                for one in processing.get("Processors") or ()
            ],
        },
    }
