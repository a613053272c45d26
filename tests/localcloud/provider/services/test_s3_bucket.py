"""The settings of a bucket's own resource."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

V1, V2 = "aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"
RULES = [{"allowedMethods": ["GET"], "allowedOrigins": ["*"]}]


@pytest.mark.parametrize(
    ("type_", "empty"), [(V1, {"corsRules": []}), (V2, {"corsRules": [], "loggings": []})]
)
def test_an_empty_list_deletes_what_was_set(stage, api, type_, empty):
    made = stage.create(type_, empty, f"emptied-{type_.rsplit(':')[-1]}".lower())
    set_ = stage.update(made, stage.changed(made, {"corsRules": RULES}))
    rules = api("s3").get_bucket_cors(Bucket=made.id)["CORSRules"]

    stage.update(set_, stage.changed(set_, empty))

    assert rules == [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
    with pytest.raises(ClientError, match="NoSuchCORSConfiguration"):
        api("s3").get_bucket_cors(Bucket=made.id)
