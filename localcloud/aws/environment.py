"""Environment variables that moto and botocore read when they are imported."""

from __future__ import annotations

import os

from localcloud.account import ACCOUNT, REGION


def prepare(port: int) -> None:
    """Set the variables for moto and botocore, and remove other `MOTO_*` variables."""
    for name in [one for one in os.environ if one.startswith("MOTO_")]:
        del os.environ[name]
    os.environ.update(
        {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "MOTO_ACCOUNT_ID": ACCOUNT,
            "MOTO_ACM_VALIDATION_WAIT": "0",
            "MOTO_DISABLE_GLOBAL_CORS": "true",
            "MOTO_PORT": str(port),
            "MOTO_SQS_ENFORCE_STRICT_QUEUE_PURGE_BEHAVIOUR": "false",
            "S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true",
        }
    )
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
