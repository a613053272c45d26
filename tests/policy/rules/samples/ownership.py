"""Stores that one service owns and a role of another uses."""

import json

from policy.testing import resource, stack

TABLE = "aws:dynamodb/table:Table"
BUCKET = "aws:s3/bucket:Bucket"
STREAM = "aws:kinesis/stream:Stream"
SECRET = "aws:secretsmanager/secret:Secret"
ROLE = "aws:iam/role:Role"
TRUST = json.dumps(
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
)
ARNS = {
    TABLE: "arn:aws:dynamodb:eu-west-1:111122223333:table/products",
    BUCKET: "arn:aws:s3:::reports",
    SECRET: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ledger-user-a1b2c3",
    STREAM: "arn:aws:kinesis:eu-west-1:111122223333:stream/events",
}


def document(action, target, **rest):
    statement = {"Effect": "Allow", "Action": action, "Resource": target} | rest
    found = {key: value for key, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [found]})


def owned(typ, owner="catalog", **tags):
    return resource(typ, "store", {"arn": ARNS[typ], "tags": {"service": owner} | tags})


def role(service="orders", **props):
    whole = {"name": "orders", "assumeRolePolicy": TRUST, "tags": {"service": service}}
    return resource(ROLE, "orders", whole | props)


def allowed(typ, action, target=None, caller=None, store=None, **rest):
    """Return a program in which the role of orders has a policy on a store of catalog."""
    text = document(action, target or ARNS[typ], **rest)
    return stack(
        store or owned(typ),
        caller or role(),
        resource("aws:iam/rolePolicy:RolePolicy", "policy", {"role": "orders", "policy": text}),
    )
