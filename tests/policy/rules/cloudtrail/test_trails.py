"""Tests of policy.rules.cloudtrail.trails."""

from policy.engine.settings import Settings
from policy.rules.cloudtrail import trails as rules
from policy.testing import check, check_stack, messages, resource, stack, unknown

BUCKET = "aws:s3/bucket:Bucket"
TRAIL = "aws:cloudtrail/trail:Trail"
WHOLE = {
    "name": "account",
    "s3BucketName": "trail-files",
    "isMultiRegionTrail": True,
    "includeGlobalServiceEvents": True,
    "enableLogging": True,
    "enableLogFileValidation": True,
    "kmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/1234",
    "cloudWatchLogsGroupArn": "arn:aws:logs:eu-west-1:1:log-group:trail:*",
    "cloudWatchLogsRoleArn": "arn:aws:iam::1:role/trail",
}


def test_cloudtrail_exists():
    queue = resource("aws:sqs/queue:Queue", "orders", {"name": "orders"})
    outside = resource("random:index/randomId:RandomId", "suffix", {"byteLength": 4})
    check_stack(
        rules.cloudtrail_exists,
        kept=[stack(queue, resource(TRAIL, "account", WHOLE)), stack(outside), stack()],
        broken=[stack(queue), stack(outside, queue)],
    )
    elsewhere = Settings(production=False)
    assert messages(rules.cloudtrail_exists, stack(queue), settings=elsewhere) == []


def test_cloudtrail_multi_region():
    check(
        rules.cloudtrail_multi_region,
        TRAIL,
        WHOLE,
        kept=[{"includeGlobalServiceEvents": None}],
        broken=[
            {"isMultiRegionTrail": False},
            {"isMultiRegionTrail": None},
            {"includeGlobalServiceEvents": False},
        ],
        unknown_at=["isMultiRegionTrail", "includeGlobalServiceEvents"],
    )
    fix = rules.cloudtrail_multi_region.remediate
    assert fix(resource(TRAIL, "t", {})) == {"isMultiRegionTrail": True}


def test_cloudtrail_logging_on():
    check(
        rules.cloudtrail_logging_on,
        TRAIL,
        WHOLE,
        kept=[{"enableLogging": None}],
        broken=[{"enableLogging": False}],
        unknown_at=["enableLogging"],
    )
    assert rules.cloudtrail_logging_on.remediate(resource(TRAIL, "t", {})) == {
        "enableLogging": True
    }


def test_cloudtrail_files_validated():
    check(
        rules.cloudtrail_files_validated,
        TRAIL,
        WHOLE,
        broken=[{"enableLogFileValidation": False}, {"enableLogFileValidation": None}],
        unknown_at=["enableLogFileValidation"],
    )
    fix = rules.cloudtrail_files_validated.remediate
    assert fix(resource(TRAIL, "t", {})) == {"enableLogFileValidation": True}


def test_cloudtrail_own_key():
    check(
        rules.cloudtrail_own_key,
        TRAIL,
        WHOLE,
        broken=[{"kmsKeyId": None}],
        unknown_at=["kmsKeyId"],
    )


def test_cloudtrail_to_cloudwatch_logs():
    check(
        rules.cloudtrail_to_cloudwatch_logs,
        TRAIL,
        WHOLE,
        broken=[{"cloudWatchLogsGroupArn": None}, {"cloudWatchLogsRoleArn": ""}],
        unknown_at=["cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn"],
    )


def test_cloudtrail_event_data_store_own_key():
    check(
        rules.cloudtrail_event_data_store_own_key,
        rules.EVENT_DATA_STORE,
        {"name": "audit", "kmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/1234"},
        broken=[{"kmsKeyId": None}, {"kmsKeyId": "alias/aws/cloudtrail"}],
        unknown_at=["kmsKeyId"],
    )


def test_cloudtrail_management_events():
    def trails(*several, key="eventSelectors"):
        inputs = [WHOLE | ({key: found} if found else {}) for found in several]
        return stack(*(resource(TRAIL, f"t{n}", one) for n, one in enumerate(inputs)))

    def advanced(*fields):
        management = {"field": "eventCategory", "equals": ["Management"]}
        selector = {"name": "x", "fieldSelectors": [management, *fields]}
        return trails([selector], key="advancedEventSelectors")

    data = {"field": "eventCategory", "equals": ["Data"]}
    check_stack(
        rules.cloudtrail_management_events,
        kept=[
            trails(None),
            trails([{"includeManagementEvents": True}]),
            trails(
                [{"readWriteType": "All", "excludeManagementEventSources": ["kms.amazonaws.com"]}]
            ),
            trails([{"readWriteType": "ReadOnly"}, {"readWriteType": "WriteOnly"}]),
            trails([{"readWriteType": "ReadOnly"}], None),
            trails(unknown),
            trails([{"readWriteType": unknown}]),
            advanced(),
            advanced({"field": "eventSource", "notEquals": ["kms.amazonaws.com"]}),
            advanced({"field": "readOnly", "equals": ["true", "false"]}),
            advanced({"field": "readOnly", "equals": unknown}),
            stack(resource(BUCKET, "files", {})),
        ],
        broken=[
            trails([{"includeManagementEvents": False}]),
            trails([{"readWriteType": "WriteOnly"}]),
            trails([{"readWriteType": "ReadOnly"}], [{"includeManagementEvents": False}]),
            trails([{"fieldSelectors": [data]}], key="advancedEventSelectors"),
            advanced({"field": "readOnly", "equals": ["false"]}),
            advanced({"field": "eventName", "equals": ["RunInstances"]}),
            advanced({"field": "eventSource", "equals": ["kms.amazonaws.com"]}),
        ],
    )


def test_cloudtrail_data_events():
    objects = {"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}
    field = {"field": "resources.type", "equals": ["AWS::S3::Object"]}
    data = {"field": "eventCategory", "equals": ["Data"]}

    def basic(kind="All", found=objects):
        return {"readWriteType": kind, "dataResources": found if found is unknown else [found]}

    def trail(*selectors, name="account", **more):
        chosen = {"eventSelectors": list(selectors)} if selectors else {}
        return resource(TRAIL, name, WHOLE | chosen | more)

    def advanced(*fields):
        return stack(trail(advancedEventSelectors=[{"name": "x", "fieldSelectors": list(fields)}]))

    def with_buckets(**selectors):
        names = ("orders", "reports", "trail-files")  # the trail is stored in the last one
        return stack(trail(**selectors), *(resource(BUCKET, one, {"bucket": one}) for one in names))

    def of_objects(*values):
        return {"eventSelectors": [basic(found=objects | {"values": list(values)})]}

    def selected(*fields):
        return {"advancedEventSelectors": [{"fieldSelectors": [data, field, *fields]}]}

    reads, writes = ({"field": "readOnly", "equals": [one]} for one in ("true", "false"))
    halves = [{"fieldSelectors": [data, field, one]} for one in (reads, writes)]
    orders, reports = "arn:aws:s3:::orders/", "arn:aws:s3:::reports/"
    arn = {"field": "resources.ARN"}

    check_stack(
        rules.cloudtrail_data_events,
        kept=[
            stack(trail(basic())),
            stack(trail({"dataResources": [objects | {"values": unknown}]})),
            stack(trail(basic("ReadOnly"), basic("WriteOnly"))),
            stack(trail(), trail(basic(), name="data")),
            advanced(data, field),
            advanced(data, unknown),
            advanced(data, field | {"equals": unknown}),
            stack(trail(eventSelectors=unknown)),
            stack(trail(advancedEventSelectors=halves)),
            with_buckets(**of_objects("arn:aws:s3")),
            with_buckets(**of_objects(orders, reports)),
            with_buckets(**selected()),
            with_buckets(**selected(arn | {"startsWiths": [orders, reports]})),
            with_buckets(**selected(arn | {"notStartsWiths": ["arn:aws:s3:::trail-files/"]})),
            stack(trail(basic(found=unknown))),
            stack(resource("aws:sqs/queue:Queue", "orders", {"name": "orders"})),
        ],
        broken=[
            stack(trail()),
            stack(trail(basic("WriteOnly"))),
            stack(trail(basic(found=objects | {"values": []}))),
            stack(trail(basic(found=objects | {"type": "AWS::Lambda::Function"}))),
            advanced(data),
            advanced(data, field | {"equals": ["AWS::DynamoDB::Table"]}),
            advanced(data, field, reads),
            advanced(data, field, {"field": "readOnly", "notEquals": ["true"]}),
            advanced(data, field, {"field": "eventName", "equals": ["PutObject"]}),
            with_buckets(**of_objects(orders)),
            with_buckets(**selected(arn | {"startsWiths": [orders]})),
            with_buckets(**selected(arn | {"endsWiths": [".csv"]})),
        ],
    )
