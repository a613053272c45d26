"""RDS: functions that look up instances and clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.aws.rds.resources.clusters import CLUSTER
from localcloud.aws.rds.resources.db_instances import INSTANCE
from localcloud.provider.lookups import LookupFailedError
from localcloud.provider.row_lookups import lookup

if TYPE_CHECKING:
    from localcloud.provider.context import Context
    from localcloud.provider.row import Invoke

NAMES = {
    "dbInstanceArn": "arn",
    "dbInstanceClass": "instanceClass",
    "dbInstanceIdentifier": "identifier",
    "dbInstancePort": "port",
    "dbSubnetGroup": "dbSubnetGroupName",
    "id": "identifier",
    "masterUsername": "username",
    "preferredBackupWindow": "backupWindow",
    "preferredMaintenanceWindow": "maintenanceWindow",
    "vpcSecurityGroups": "vpcSecurityGroupIds",
}


def identifier(context: Context) -> str:
    """Return the identifier of the instance that the arguments name."""
    found = context.inputs.get("dbInstanceIdentifier")
    if not found:
        raise LookupFailedError("dbInstanceIdentifier is not set, and tags alone are not searched")
    return found


LOOKUPS: dict[str, Invoke] = {
    **lookup(INSTANCE, "rds/getInstance", identifier, NAMES),
    **lookup(CLUSTER, "rds/getCluster", lambda context: context.inputs["clusterIdentifier"]),
}
