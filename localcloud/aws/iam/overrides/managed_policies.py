"""AWS managed policies, created at first use: moto's table of all of them takes 100 MB."""

from __future__ import annotations

import json
import re
from typing import Any

from moto.iam.models import AWSManagedPolicy, IAMBackend

_ARN = re.compile(r"arn:(?P<partition>aws[\w-]*):iam::aws:policy/(?P<path>[\w+=,.@/-]+)")
_NOTHING = json.dumps({"Version": "2012-10-17", "Statement": []})


def install() -> None:
    """Create managed policies when they are looked up or attached by ARN."""
    for name in ("attach_role_policy", "attach_group_policy", "attach_user_policy", "get_policy"):
        setattr(IAMBackend, name, _creating_policy(getattr(IAMBackend, name)))


def _creating_policy(method: Any) -> Any:
    def call(self: Any, policy_arn: str, *args: Any, **kwargs: Any) -> Any:
        _create_policy(self, policy_arn)
        return method(self, policy_arn, *args, **kwargs)

    return call


def _create_policy(backend: Any, arn: str) -> None:
    match = _ARN.fullmatch(arn)
    if match is None or arn in backend.managed_policies:
        return
    folder, _, name = match["path"].rpartition("/")
    data = {
        "Path": f"/{folder}/" if folder else "/",
        "DefaultVersionId": "v1",
        "CreateDate": "2015-02-06T18:39:46+00:00",
        "UpdateDate": "2015-02-06T18:39:46+00:00",
        "Document": json.loads(_NOTHING),
    }
    policy = AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, data)
    backend.managed_policies[arn] = policy
