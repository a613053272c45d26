"""Settings of clusters and instances that moto drops or does not update."""

from __future__ import annotations

import secrets
import string
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBClusterNotFoundError, RDSClientError
from moto.rds.models import DBCluster, DBInstance, RDSBackend
from moto.rds.responses import RDSResponse
from moto.rds.utils import DbInstanceEngine

from localcloud.aws.rds.engines import ENGINES, INSTANCE_ENGINES, family_of

_KEPT = (
    "ca_certificate_identifier", "database_insights_mode", "enable_iam_database_authentication",
    "enable_performance_insights", "engine_lifecycle_support", "monitoring_interval",
    "monitoring_role_arn", "performance_insights_kms_key_id",
    "performance_insights_retention_period",
)  # fmt: skip
_SCALING = "serverless_v2_scaling_configuration"
_cluster = DBCluster.__init__
_instance = DBInstance.__init__
_subnet_group = RDSBackend.create_subnet_group
_update = DBInstance.update
_modify = RDSBackend.modify_db_cluster
_port = DBInstance.default_port
_storage = DBInstance.default_allocated_storage
_cluster_version = DBCluster.default_engine_version


def install() -> None:
    """Keep and return these settings."""
    DBCluster.__init__ = _made_cluster  # type: ignore[method-assign]
    DBInstance.default_engine_versions.update({name: e.version for name, e in ENGINES.items()})
    DBInstance.__init__ = _made_instance  # type: ignore[method-assign]
    RDSBackend.create_subnet_group = _group_made  # type: ignore[method-assign]
    RDSBackend.modify_db_cluster = _modified  # type: ignore[method-assign]
    DBInstance.update = _updated  # type: ignore[method-assign]
    for kind in (DBCluster, DBInstance):
        kind.performance_insights_enabled = property(  # type: ignore[attr-defined]
            lambda self: getattr(self, "enable_performance_insights", None) or False
        )
    cluster: Any = DBCluster
    cluster.iam_database_authentication_enabled = property(
        lambda self: bool(getattr(self, "enable_iam_database_authentication", self.iam_auth))
    )
    cluster.certificate_details = property(
        lambda self: {
            "CAIdentifier": getattr(self, "ca_certificate_identifier", "rds-ca-rsa2048-g1")
        }
    )
    cluster.enable_http_endpoint = property(
        lambda self: vars(self).get("_enable_http_endpoint", False),
        lambda self, value: vars(self).update(_enable_http_endpoint=bool(value)),
    )
    cluster.serverless_v2_scaling_configuration = property(
        lambda self: vars(self).get(_SCALING),
        lambda self, value: vars(self).update({_SCALING: _scaling(value)}),
    )
    cluster.default_engine_version = staticmethod(_default_version)
    instance: Any = DBInstance
    instance.default_port = staticmethod(_default_port)
    instance.default_allocated_storage = staticmethod(_default_storage)
    instance.default_db_parameter_group_details = _default_parameter_group
    engines: Any = DbInstanceEngine
    known = sorted({*DbInstanceEngine.valid_db_instance_engine(), *ENGINES})
    engines.valid_db_instance_engine = classmethod(lambda _cls: known)
    response: Any = RDSResponse
    response.enable_http_endpoint = lambda self: _http_endpoint(self, enabled=True)
    response.disable_http_endpoint = lambda self: _http_endpoint(self, enabled=False)


def _scaling(wanted: Any) -> dict[str, Any] | None:
    """Return the capacity of a serverless cluster; one that pauses does so after 5 minutes."""
    if not wanted:
        return None
    pause = {"SecondsUntilAutoPause": 300} if wanted.get("MinCapacity") == 0 else {}
    names = ("MinCapacity", "MaxCapacity", "SecondsUntilAutoPause")
    return {**pause, **{name: wanted[name] for name in names if name in wanted}}


def _default_version(engine: str) -> str:
    return ENGINES[engine].version if engine in ENGINES else _cluster_version(engine)


def _default_port(engine: str) -> int:
    return ENGINES[engine].port if engine in ENGINES else _port(engine)


def _default_storage(engine: str, storage_type: str) -> int:
    """Return moto's default, of the edition that moto knows or of one like it."""
    try:
        return _storage(engine, storage_type)
    except KeyError:
        return _storage("oracle-ee", "gp2")


def _default_parameter_group(self: Any) -> tuple[str, str]:
    family = family_of(self.engine, self.engine_version)
    return family, f"default.{family}"


def _made_cluster(self: Any, *args: Any, **kwargs: Any) -> None:
    _cluster(self, *args, **kwargs)
    if self.engine in ENGINES:
        self.license_model = _license(self.engine, kwargs.get("license_model"))
        if not kwargs.get("db_cluster_parameter_group_name"):
            self.parameter_group = f"default.{family_of(self.engine, self.engine_version)}"
    _keep(self, kwargs)


def _made_instance(self: Any, *args: Any, **kwargs: Any) -> None:
    engine: Any = kwargs.get("engine")
    own = engine in INSTANCE_ENGINES and not kwargs.get("db_cluster_identifier")
    if own:
        kwargs = {**kwargs, "license_model": _license(engine, kwargs.get("license_model"))}
        if kwargs.get("db_name") and not INSTANCE_ENGINES[engine].name_length:
            raise RDSClientError(
                "InvalidParameterValue", f"DBName must be null when Engine is {engine}"
            )
    _instance(self, *args, **kwargs)
    if own and not self.option_group_supplied:
        major = ENGINES[engine].major(self.engine_version).replace(".", "-")
        self.option_group_name = f"default:{engine}-{major}"
    _keep(self, kwargs)
    self.dbi_resource_id = new_resource_id()


def new_resource_id() -> str:
    """Return the resource ID of a new instance."""
    letters = string.ascii_uppercase + string.digits
    return "db-" + "".join(secrets.choice(letters) for _ in range(26))


def _license(engine: Any, wanted: str | None) -> str:
    """Return the license model *wanted*, or the engine's default."""
    offered = ENGINES[engine].licenses
    if wanted and wanted not in offered:
        raise RDSClientError(
            "InvalidParameterValue",
            f"Invalid license model '{wanted}' for engine '{engine}'. Valid license models are:"
            f" {','.join(offered)}.",
        )
    return wanted or offered[0]


def _http_endpoint(self: Any, *, enabled: bool) -> ActionResult:
    arn = self.params["ResourceArn"]
    found = [one for one in self.backend.clusters.values() if one.arn == arn]
    if not found:
        raise DBClusterNotFoundError(arn)
    found[0].enable_http_endpoint = enabled
    return ActionResult({"ResourceArn": arn, "HttpEndpointEnabled": enabled})


def _group_made(self: Any, subnet_name: str, *args: Any, **kwargs: Any) -> Any:
    if subnet_name in self.subnet_groups:
        text = f"The DB subnet group '{subnet_name}' already exists."
        raise RDSClientError("DBSubnetGroupAlreadyExists", text)
    return _subnet_group(self, subnet_name, *args, **kwargs)


def _keep(found: Any, wanted: dict[str, Any]) -> None:
    for name in _KEPT:
        if wanted.get(name) is not None:
            setattr(found, name, wanted[name])


def _modified(self: Any, kwargs: dict[str, Any]) -> Any:
    exports = kwargs.pop("cloudwatch_logs_export_configuration", None)
    if exports:
        kwargs["enable_cloudwatch_logs_exports"] = exports
    key = kwargs.get("master_user_secret_kms_key_id")
    answer = _modify(self, kwargs)
    if key and hasattr(answer, "master_user_secret"):
        answer.master_user_secret.secret.kms_key_id = key
    return answer


def _updated(self: Any, **kwargs: Any) -> None:
    if port := kwargs.pop("db_port_number", None):
        self.port = port
    key = kwargs.get("master_user_secret_kms_key_id")
    _update(self, **kwargs)
    if key and hasattr(self, "master_user_secret"):
        self.master_user_secret.secret.kms_key_id = key
