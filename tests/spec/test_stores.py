"""What a team is told about the stores in its service.yaml."""

from __future__ import annotations

import json

import pytest

from spec.catalogue import SpecError, load_service

TABLE = {"kind": "dynamodb", "partition_key": {"name": "sku"}, "sort_key": {"name": "day"}}
INDEX = {"partition_key": {"name": "shop", "type": "S"}}
RANGE = {"min": 5, "max": 100}


def _faults(folder, store):
    file = folder / "parcels" / "service.yaml"
    file.parent.mkdir()
    described = {
        "name": "parcels",
        "description": "Sends parcels.",
        "owner": "delivery",
        "tier": "standard",
        "compute": {"kind": "lambda"},
        "stores": {"sent": store},
    }
    file.write_text(json.dumps(described, indent=1))
    try:
        load_service(file)
    except SpecError as error:
        return [f"{fault.where}: found {fault.found}; {fault.write}" for fault in error.faults]
    return []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"indexes": {"by-shop": {"partition_key": {"name": "shop"}}}},
         "by-shop.partition_key.type: found no such field; add 'type: <S for a string, N for a"),
        ({"indexes": {f"by-{n:03}": INDEX for n in range(21)}},
         "stores.sent.indexes: found these fields: by-000"),
        ({"indexes": {"by-shop": INDEX}, "ttl_attribute": "shop"},
         "give ttl_attribute the name of an attribute that is not a key, of an index neither"),
        ({"ttl_attribute": "sku"}, "give ttl_attribute the name of an attribute that is not a key"),
        ({"sort_key": None, "local_indexes": {"by-p": {"sort_key": {"name": "p", "type": "N"}}}},
         "add sort_key, or remove local_indexes: they need a table with a sort key"),
        ({"indexes": {"by-day": {"partition_key": {"name": "day", "type": "N"}}}},
         "write type S of day in indexes.by-day.partition_key, as in its first use"),
        ({"indexes": {"by-day": {**INDEX, "sort_key": INDEX["partition_key"]}}},
         "give sort_key of indexes.by-day another name than partition_key"),
        ({"local_indexes": {"by-sku": {"sort_key": {"name": "sku", "type": "S"}}}},
         "give sort_key of local_indexes.by-sku another name than partition_key"),
        ({"indexes": {"by-shop": INDEX},
          "local_indexes": {"by-shop": {"sort_key": {"name": "p", "type": "N"}}}},
         "give one of the two indexes by-shop another name"),
        ({"indexes": {f"by-{n:03}": {**INDEX, "projection": "INCLUDE",
                                     "attributes": [f"a{m}" for m in range(20)]}
                      for n in range(6)}},
         "write at most 100 attributes in all indexes together"),
        ({"indexes": {"by-shop": {**INDEX, "attributes": ["p"]}}},
         "write projection INCLUDE with attributes, and any other without"),
        ({"indexes": {"a": INDEX}}, "write an index's name: 3 to 255 letters"),
        ({"capacity": {"read": {"min": 7, "max": 5}, "write": RANGE}}, "write max as 7 or more"),
        ({"capacity": {"read": RANGE, "write": RANGE, "target_percent": 95}},
         "stores.sent.capacity.target_percent: found 95; write a number of at most 90"),
        ({"stream": "ALL"}, 'stores.sent.stream: found "ALL"; write one of'),
        ({"dax": {"node_type": "cache.t3.small"}}, "write a node type as dax.t3.small"),
        ({"dax": {"node_type": "dax.t3.small", "nodes": 12}}, "write a number of at most 11"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_is_told_with_what_to_write(tmp_path, fields, told):
    [fault] = _faults(tmp_path, {**TABLE, **fields})

    assert told in fault


def test_a_table_with_all_of_it_is_accepted(tmp_path):
    whole = {
        "indexes": {"by-shop": {**INDEX, "sort_key": {"name": "day", "type": "S"}}},
        "local_indexes": {"by-price": {"sort_key": {"name": "price", "type": "N"}}},
        "capacity": {"read": RANGE, "write": RANGE},
        "stream": "NEW_AND_OLD_IMAGES",
        "dax": {"node_type": "dax.r5.large"},
    }

    assert _faults(tmp_path, {**TABLE, **whole}) == []
