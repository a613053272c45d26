"""The table of a `dynamodb` store, read through DAX where the environment has a cluster.

With the field `dax`, the service's requirements.in needs `amazon-dax-client`, and the line
`--no-binary amazon-dax-client`: it is published as source code.
"""

from __future__ import annotations

import functools
import importlib
import os
from typing import Any

import boto3

from kit import settings


@functools.cache
def table(store: str) -> Any:
    """Return the table of *store*, one for all requests of a process."""
    prefix = settings.prefix(store)
    endpoint = os.environ.get(f"{prefix}_DAX_ENDPOINT")
    if endpoint:
        dax: Any = importlib.import_module("amazondax").AmazonDaxClient
        resource = dax.resource(endpoint_url=endpoint)
    else:
        resource = boto3.resource("dynamodb")
    return resource.Table(settings.text(f"{prefix}_TABLE"))
