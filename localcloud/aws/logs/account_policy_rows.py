"""The account policy of CloudWatch Logs: a subscription filter for every log group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.logs.policy_documents import SUBSCRIPTION, document_faults
from localcloud.aws.logs.selection import SelectionError, excluded_groups
from localcloud.provider.row import REPLACE, UPDATE, CheckFailure, Input, Limit, Op, Row, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.provider.context import Context
    from localcloud.provider.row import Properties

TYPES = (
    "DATA_PROTECTION_POLICY", "FIELD_INDEX_POLICY", SUBSCRIPTION, "TRANSFORMER_POLICY",
)  # fmt: skip
KEYS = {"policyName": "policyName", "policyType": "policyType"}


def check(inputs: Properties) -> Iterator[CheckFailure]:
    """Yield what is wrong with the document and the selection of a subscription filter policy."""
    if inputs.get("policyType") != SUBSCRIPTION:
        return
    text, criteria = inputs.get("policyDocument"), inputs.get("selectionCriteria")
    if isinstance(text, str):
        yield from (CheckFailure("policyDocument", fault) for fault in document_faults(text))
    if isinstance(criteria, str):
        try:
            excluded_groups(criteria)
        except SelectionError as error:
            yield CheckFailure("selectionCriteria", str(error))


def read(context: Context) -> Properties | None:
    """Return the policy."""
    kind, name = context.get("policyType"), context.get("policyName")
    found = context.call("DescribeAccountPolicies", policyType=kind, policyName=name)
    for one in found["accountPolicies"]:
        return {key: value for key, value in one.items() if key != "lastUpdatedTime"}
    return None


def from_id(id_: str) -> Properties:
    """Return name and type in `name:type`; the name is the id."""
    name, _, kind = id_.rpartition(":")
    return {"policyName": name, "policyType": kind, "id": name}


ACCOUNT_POLICY_ROWS = (
    Row(
        type="aws:cloudwatch/logAccountPolicy:LogAccountPolicy",
        service="logs",
        inputs={
            **each(UPDATE, "policyDocument selectionCriteria"),
            **each(REPLACE, "policyName region"),
            "policyType": Input(
                REPLACE, limit=Limit(one_of=TYPES), supported_values=(SUBSCRIPTION,)
            ),
            "scope": Input(REPLACE, default="ALL", limit=Limit(one_of=("ALL",))),
        },
        create=Op(name="PutAccountPolicy"),
        id="=policyName",
        from_id=from_id,
        read=read,
        update=Op(name="PutAccountPolicy", keys=KEYS),
        delete=Op(name="DeleteAccountPolicy", keys=KEYS),
        check=check,
    ),
)
