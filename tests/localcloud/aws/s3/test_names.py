"""Names of objects and of their metadata are kept as they were sent."""

import pytest


@pytest.fixture(scope="module")
def bucket(cloud):
    cloud.client("s3").create_bucket(
        Bucket="names-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return "names-bucket"


@pytest.mark.parametrize(
    "metadata", [{"key": "v"}, {"two-words": "v"}, {"under_score": "v"}, {"a-b_c": "v"}]
)
def test_metadata_keys_are_kept(cloud, bucket, metadata):
    s3 = cloud.client("s3")

    s3.put_object(Bucket=bucket, Key="metadata", Body=b"x", Metadata=metadata)

    assert s3.head_object(Bucket=bucket, Key="metadata")["Metadata"] == metadata
    assert s3.get_object(Bucket=bucket, Key="metadata")["Metadata"] == metadata


def test_keys_that_differ_in_percent_encoding_are_different_objects(cloud, bucket):
    s3 = cloud.client("s3")
    keys = [
        "file%2Fname", "file/name", "file%252Fname", "test%123", "test%25123", "a+b", "a b",
        "a%20b", "a%2Bb", "dotted/./key", "dotted/key", "double//slash", "double/slash",
        "ä", "%C3%A4", "question?mark", "hash#mark", "trailing/",
    ]  # fmt: skip

    for key in keys:
        s3.put_object(Bucket=bucket, Key=f"encoded/{key}", Body=key.encode())

    listed = s3.list_objects_v2(Bucket=bucket, Prefix="encoded/")["Contents"]
    assert sorted(one["Key"] for one in listed) == sorted(f"encoded/{key}" for key in keys)
    for key in keys:
        assert s3.get_object(Bucket=bucket, Key=f"encoded/{key}")["Body"].read() == key.encode()


def test_a_copy_and_a_delete_name_the_same_object(cloud, bucket):
    s3 = cloud.client("s3")
    for key in ("copy%2Fsource", "copy/source"):
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())

    s3.copy_object(
        Bucket=bucket, Key="copied", CopySource={"Bucket": bucket, "Key": "copy%2Fsource"}
    )
    s3.delete_object(Bucket=bucket, Key="copy%2Fsource")

    assert s3.get_object(Bucket=bucket, Key="copied")["Body"].read() == b"copy%2Fsource"
    assert s3.get_object(Bucket=bucket, Key="copy/source")["Body"].read() == b"copy/source"
