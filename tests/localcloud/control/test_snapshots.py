"""Which backends a request makes a snapshot of."""

import pytest
from moto.dynamodb.models import dynamodb_backends
from moto.iam.models import iam_backends

from localcloud.aws.journal import Work
from localcloud.control.state.snapshots import Snapshots

ACCOUNT = "000000000000"


class Kept:
    def __init__(self):
        self.classes = set()

    def write(self, changes):
        self.classes |= {key.name for key in changes.snapshots}


@pytest.mark.parametrize(
    ("service", "operation", "kept"),
    [
        ("iam", "CreateRole", {"IAMBackend", "DynamoDBBackend"}),
        ("dynamodb", "CreateTable", {"DynamoDBBackend"}),
        ("dynamodb", "PutItem", set()),
        ("dynamodb", "GetItem", set()),
    ],
)
def test_only_a_request_to_iam_changes_what_every_request_looks_at(service, operation, kept):
    looked_at = [iam_backends[ACCOUNT]["aws"], dynamodb_backends[ACCOUNT]["eu-west-1"]]
    store = Kept()
    work = Work({}, {id(one): one for one in looked_at}, operation=operation, service=service)

    Snapshots(store, ACCOUNT).save(work)

    assert store.classes == kept
