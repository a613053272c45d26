"""The objects of ElastiCache: dictionaries with the members of the API's answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.elasticache.exceptions import ElastiCacheException
from moto.utilities.utils import get_partition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.elasticache.models import ElastiCacheBackend

Record = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of object, and how the API names it."""

    name: str
    """Member of the answers: `ServerlessCache`."""

    key: str
    """Member with its name: `ServerlessCacheName`."""

    arn: str
    """Resource type in its ARN."""

    exists: str
    """Error code when the name is in use."""

    missing: str
    """Error code when there is no such object."""

    lower: bool = True
    """Whether names are kept in lower case."""


SERVERLESS = Kind(
    "ServerlessCache", "ServerlessCacheName", "serverlesscache",
    "ServerlessCacheAlreadyExistsFault", "ServerlessCacheNotFoundFault",
)  # fmt: skip
GROUP = Kind(
    "ReplicationGroup", "ReplicationGroupId", "replicationgroup",
    "ReplicationGroupAlreadyExists", "ReplicationGroupNotFoundFault",
)  # fmt: skip
CLUSTER = Kind(
    "CacheCluster", "CacheClusterId", "cluster", "CacheClusterAlreadyExists", "CacheClusterNotFound"
)
USER = Kind("User", "UserId", "user", "UserAlreadyExists", "UserNotFound", lower=False)
USER_GROUP = Kind(
    "UserGroup", "UserGroupId", "usergroup", "UserGroupAlreadyExists", "UserGroupNotFound",
    lower=False,
)  # fmt: skip
SUBNETS = Kind(
    "CacheSubnetGroup", "CacheSubnetGroupName", "subnetgroup",
    "CacheSubnetGroupAlreadyExists", "CacheSubnetGroupNotFoundFault",
)  # fmt: skip
PARAMETERS = Kind(
    "CacheParameterGroup", "CacheParameterGroupName", "parametergroup",
    "CacheParameterGroupAlreadyExists", "CacheParameterGroupNotFound",
)  # fmt: skip


def refused(code: str, message: str) -> ElastiCacheException:
    """Return the error *code* of the API."""
    return ElastiCacheException(code, message)


def invalid(message: str) -> ElastiCacheException:
    """Return the error of an invalid value."""
    return refused("InvalidParameterValue", message)


def conflicting(message: str) -> ElastiCacheException:
    """Return the error of parameters that exclude each other."""
    return refused("InvalidParameterCombination", message)


def records(backend: ElastiCacheBackend, kind: Kind) -> dict[str, Record]:
    """Return all objects of *kind* by name."""
    kept: dict[str, dict[str, Record]] = backend.__dict__.setdefault("bulkhead_records", {})
    return kept.setdefault(kind.name, {})


def given(response: Any, *members: str) -> Record:
    """Return those of *members* that the request has."""
    return {
        name: plain(response.params[name])
        for name in members
        if response.params.get(name) is not None
    }


def plain(value: Any) -> Any:
    """Return *value* of a request as lists and dictionaries with AWS's names."""
    if hasattr(value, "original_dict"):
        return {key: plain(item) for key, item in value.original_dict().items()}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def name_of(response: Any, kind: Kind) -> str:
    """Return the name in the request."""
    name = str(response.params[kind.key])
    return name.lower() if kind.lower else name


def find(backend: ElastiCacheBackend, kind: Kind, name: str) -> Record:
    """Return the object *name*; raises the API's error if there is none."""
    found = records(backend, kind).get(name.lower() if kind.lower else name)
    if found is None:
        raise refused(kind.missing, f"{kind.name} {name} not found.")
    return found


def asked(response: Any, kind: Kind) -> Record:
    """Return the object that the request names."""
    return find(response.elasticache_backend, kind, str(response.params[kind.key]))


def require_new(response: Any, kind: Kind) -> None:
    """Raise the API's error if the name in the request is in use."""
    name = name_of(response, kind)
    if name in records(response.elasticache_backend, kind):
        raise refused(kind.exists, f"{kind.name} {name} already exists.")


def keep(response: Any, kind: Kind, members: Mapping[str, Any], name: str = "") -> Record:
    """Keep a new object with *members*, and the tags of the request."""
    backend, name = response.elasticache_backend, name or name_of(response, kind)
    arn = (
        f"arn:{get_partition(backend.region_name)}:elasticache:{backend.region_name}"
        f":{backend.account_id}:{kind.arn}:{name}"
    )
    made = {**members, kind.key: name, "ARN": arn}
    records(backend, kind)[name] = made
    if tags := given(response, "Tags").get("Tags"):
        backend.tagging_service.tag_resource(arn, tags)
    return made


def forget(response: Any, kind: Kind, found: Record) -> None:
    """Remove an object and its tags."""
    backend = response.elasticache_backend
    del records(backend, kind)[found[kind.key]]
    backend.tagging_service.delete_all_tags_for_resource(found["ARN"])


def tags_of(backend: ElastiCacheBackend, found: Record) -> dict[str, str]:
    """Return the tags of an object."""
    return backend.tagging_service.get_tag_dict_for_resource(found["ARN"])


def with_arn(backend: ElastiCacheBackend, arn: str) -> bool:
    """Return whether there is an object with *arn*."""
    kept: dict[str, dict[str, Record]] = backend.__dict__.get("bulkhead_records", {})
    return any(one["ARN"] == arn for kind in kept.values() for one in kind.values())


def listed(response: Any, kind: Kind) -> list[Record]:
    """Return the object that the request names, or all of its kind."""
    if response.params.get(kind.key):
        return [asked(response, kind)]
    return list(records(response.elasticache_backend, kind).values())


def answer(kind: Kind, found: Record) -> ActionResult:
    """Return the response about one object."""
    return ActionResult({kind.name: found})


def install(*operations: Any) -> None:
    """Replace the operations of moto's responses that have the functions' names."""
    from moto.elasticache.responses import ElastiCacheResponse  # noqa: PLC0415 - as moto does

    for operation in operations:
        setattr(ElastiCacheResponse, operation.__name__, operation)
