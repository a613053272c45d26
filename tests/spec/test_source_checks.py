"""Sources: a store that can tell of changes, and a function or a process that handles them."""

import pytest

from spec.catalogue import load_catalogue
from tests.spec.catalogues import faults, service

TABLE = {"kind": "dynamodb", "partition_key": {"name": "id"}}
STREAMED = {"kind": "dynamodb", "partition_key": {"name": "id"}, "stream": "NEW_IMAGE"}
ROWS = {"table": "rows"}
POLLED = {"compute": "fargate", "processes": {"w": {"command": ["w"]}}}
IN, OUT = {"bucket": "files", "prefix": "in/"}, {"bucket": "files", "prefix": "out/"}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"sources": {"x": {"table": "none"}}}, "sources.x.table: found the store 'none'"),
        (
            {"sources": {"x": {"table": "files"}}},
            "which is of kind s3; write one of: plain, rows",
        ),
        ({"sources": {"x": {"bucket": "rows"}}}, "which is of kind dynamodb; write one of: files"),
        (
            {"sources": {"x": {"table": "plain"}}},
            "add 'stream: NEW_AND_OLD_IMAGES' to",
        ),
        ({"sources": {"x": IN, "y": IN | {"prefix": "in/new/"}}}, "excludes the keys of sources.x"),
        ({"sources": {f"x{n}": {**ROWS} for n in range(3)}}, "keep 2 sources of a table"),
        ({"sources": {"x": ROWS}, "consumes": {"x": {}}, "publishes": ["x"]}, "write another name"),
        ({"sources": {"x": {"queue": "rows"}}}, "write one of {bucket: ...} or {prefix: ...}"),
        (
            {"sources": {"x": {"table": "rows", "max_age_hours": 25}}},
            "write a number of at most 24",
        ),
        (
            {"sources": {"x": ROWS}, "compute": "fargate"},
            "in sources.x: write compute.kind: lambda, or move the table to a function",
        ),
        ({"sources": {"x": IN}, "compute": "fargate"}, "in sources.x: add process: <the one of"),
        (
            {"sources": {"x": IN | {"process": "y"}}, "compute": "fargate"},
            "in sources.x: write process as one of processes (none is described): 'y' is not",
        ),
        (
            {"sources": {"x": IN | {"process": "w", "batch_size": 2}}, **POLLED},
            "in sources.x: remove batch_size: a process receives the messages one by one",
        ),
        ({"sources": {"x": IN | {"process": "w"}}}, "in sources.x: remove process: a queue"),
        (
            {"sources": {"x": IN | {"max_concurrency": 1}}},
            "in sources.x: write max_concurrency as 2 or more",
        ),
    ],
)
def test_a_source_names_a_store_that_can_tell_of_changes(write, fields, found):
    stores = {"files": {"kind": "s3"}, "plain": TABLE, "rows": STREAMED}

    [fault] = faults(write(service("a", stores=stores, **fields)))

    assert found in fault


def test_sources_whose_keys_do_not_overlap_share_a_bucket(write):
    removed = IN | {"events": ["removed"]}
    stores = {"files": {"kind": "s3"}, "rows": STREAMED}
    sources = {"x": IN, "y": OUT, "z": removed, "v": {**ROWS}, "w": {**ROWS}}

    catalogue = load_catalogue(write(service("a", stores=stores, sources=sources)))

    assert list(catalogue.services["a"].sources) == list(sources)


def test_a_process_may_scale_on_the_messages_of_a_bucket(write):
    processes = {"w": {"command": ["w"], "max_count": 3}}
    sources = {"x": IN | {"process": "w", "max_concurrency": 1}}
    stores = {"files": {"kind": "s3"}}
    described = service("a", **POLLED | {"processes": processes}, stores=stores, sources=sources)

    catalogue = load_catalogue(write(described))

    assert catalogue.services["a"].sources["x"].polled_by == "w"
