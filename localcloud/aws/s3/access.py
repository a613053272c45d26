"""Object Ownership and S3 Block Public Access, which refuse ACLs and public policies.

Since April 2023 a new bucket has the setting BucketOwnerEnforced and blocks all public access.
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, FakeKey, S3Backend, get_canned_acl, s3_backends
from moto.s3.responses import S3Response

from localcloud.account import ACCOUNT

ENFORCED = "BucketOwnerEnforced"
OWNERS_ONLY = "bucket-owner-full-control"
FIXING_KEYS = re.compile(
    r"aws:(principal(account|arn|orgid|orgpaths)|userid"
    r"|source(account|arn|ip|orgid|orgpaths|owner|vpc|vpce))|s3:dataaccesspoint(account|arn)"
)
"""Condition keys that make a statement for everyone not public when their values are fixed."""

_make_bucket = FakeBucket.__init__
_put_policy = S3Backend.put_bucket_policy
_response: Any = S3Response
_from_headers = _response._acl_from_headers  # noqa: SLF001 - moto has no public one
_from_body = _response._acl_from_body  # noqa: SLF001
_set_acl = FakeKey.set_acl


def install() -> None:
    """Enforce both settings on requests that set ACLs and policies."""
    global _make_bucket, _set_acl
    _make_bucket, _set_acl = FakeBucket.__init__, FakeKey.set_acl
    FakeBucket.__init__ = _make  # type: ignore[method-assign]
    FakeKey.set_acl = _set_own_acl  # type: ignore[method-assign]
    S3Backend.put_bucket_policy = _policy  # type: ignore[method-assign]
    _response._acl_from_headers = _headers  # noqa: SLF001
    _response._acl_from_body = _body  # noqa: SLF001


def blocks(bucket: Any, setting: str) -> bool:
    """Return whether *setting* of the public access block of *bucket* is on."""
    return bool(getattr(bucket.public_access_block, setting, False))


def is_public(document: str | bytes) -> bool:
    """Return whether a bucket policy grants something to everyone, as S3 judges it."""
    statements = json.loads(document).get("Statement", [])
    return any(
        one.get("Effect") == "Allow"
        and _is_everyone(one.get("Principal"))
        and not _is_fixed(one.get("Condition") or {})
        for one in (statements if isinstance(statements, list) else [statements])
    )


def _is_everyone(principal: Any) -> bool:
    found = principal.get("AWS") if isinstance(principal, dict) else principal
    return "*" in found if isinstance(found, list) else found == "*"


def _is_fixed(conditions: dict[str, dict[str, Any]]) -> bool:
    for operator, test in conditions.items():
        for key, values in test.items():
            items = values if isinstance(values, list) else [values]
            negated = "Not" in operator or operator == "Null"
            fixed = not any(set(str(item)) & set("*?") for item in items)
            wide = any(str(item).endswith("/0") for item in items)
            if FIXING_KEYS.fullmatch(key.lower()) and fixed and not negated and not wide:
                return True
    return False


def _make(self: Any, *args: Any, **kwargs: Any) -> None:
    _make_bucket(self, *args, **kwargs)
    self.ownership_rule = ENFORCED


def _set_own_acl(self: Any, acl: Any) -> None:
    """Make an object private that is uploaded without an ACL; moto gives it the bucket's."""
    buckets: dict[Any, Any] = s3_backends[self.account_id][self.partition].buckets
    bucket = buckets.get(self.bucket_name)
    inherited = bucket is not None and acl is bucket.acl
    _set_acl(self, get_canned_acl("private") if inherited else acl)


def _headers(self: Any, headers: Any) -> Any:
    acl = _from_headers(self, headers)
    if acl is not None:
        _judge(self, acl, headers.get("x-amz-acl", ""), headers.get("x-amz-object-ownership", ""))
    return acl


def _body(self: Any) -> Any:
    acl = _from_body(self)
    if acl is not None:
        _judge(self, acl, "", "")
    return acl


def _judge(self: Any, acl: Any, canned: str, ownership: str) -> None:
    """Raise the error of S3 when *acl* must not be set on the bucket or an object in it."""
    public = any(
        grantee.uri.endswith(("global/AllUsers", "global/AuthenticatedUsers"))
        for grant in acl.grants
        for grantee in grant.grantees
    )
    bucket = self.backend.get_bucket(self.bucket_name)
    if not self.parse_key_name() and "acl" not in self.querystring:  # CreateBucket
        if canned not in ("private", OWNERS_ONLY) and (ownership or ENFORCED) == ENFORCED:
            self.backend.delete_bucket(self.bucket_name)  # moto judges when it is made
            text = f"Bucket cannot have ACLs set with ObjectOwnership's {ENFORCED} setting"
            raise S3ClientError("InvalidBucketAclWithObjectOwnership", text)
    elif bucket.ownership_rule == ENFORCED and (
        canned != OWNERS_ONLY and ("acl" in self.querystring or canned != "private")
    ):
        raise S3ClientError("AccessControlListNotSupported", "The bucket does not allow ACLs")
    elif public and blocks(bucket, "block_public_acls"):
        raise _denied("PutObjectAcl", bucket, "access control lists", "BlockPublicAcls")


def _policy(self: Any, bucket_name: str, policy: bytes) -> None:
    bucket = self.get_bucket(bucket_name)
    if blocks(bucket, "block_public_policy") and is_public(policy):
        raise _denied("PutBucketPolicy", bucket, "policies", "BlockPublicPolicy")
    _put_policy(self, bucket_name, policy)


def _denied(operation: str, bucket: Any, what: str, setting: str) -> S3ClientError:
    return S3ClientError(
        "AccessDenied",
        f"User: arn:aws:iam::{ACCOUNT}:user/local is not authorized to perform: s3:{operation} on "
        f'resource: "{bucket.arn}" because public {what} are prevented by the {setting} setting in '
        f"S3 Block Public Access.",
    )
