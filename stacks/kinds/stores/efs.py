"""A file system for a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.shared_files import SharedFiles, SharedFilesArgs
from components.mounts import Mount
from components.service.environment import variable
from components.service.kinds import StoreAccess
from spec.stores.efs import EfsStore

if TYPE_CHECKING:
    from components.service.kinds import StoreContext

KIND = EfsStore.KIND


def define(spec: EfsStore, context: StoreContext) -> StoreAccess:
    """Define the file system and how the service mounts it."""
    platform = context.platform
    files = SharedFiles(
        context.name,
        SharedFilesArgs(
            directory=f"/{context.store}",
            vpc_id=platform.vpc.vpc_id,
            subnet_ids=platform.vpc.isolated_subnet_ids,
            allowed_security_groups={context.service: context.security_group_id or ""},
            alarms=platform.alarms,
            deletion_protection=platform.data_protection.deletion_protection,
            key_arn=platform.key.arn,
            tags=context.tags,
        ),
        context.opts,
    )
    path = spec.mount_path(context.store)
    mount = Mount(
        name=context.store,
        path=path,
        file_system_id=files.file_system_id,
        access_point_id=files.access_point_id,
        access_point_arn=files.access_point_arn,
    )
    return StoreAccess(
        environment={variable(context.store, "PATH"): path},
        statements=files.allow_read_write(),
        depends_on=files.mount_targets,
        mounts=[mount],
    )
