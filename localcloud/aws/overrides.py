"""All overrides: which collections they journal, and their installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.dynamodb.models.table import Table
from moto.logs.models import LogStream
from moto.sqs.models import Queue

from localcloud.aws import pickling, updates, xml_names
from localcloud.aws.apigatewayv2 import overrides as http_api_address
from localcloud.aws.dynamodb import data as dynamodb_items
from localcloud.aws.ecs.overrides import services as ecs_services
from localcloud.aws.ecs.overrides import tasks as ecs_tasks
from localcloud.aws.elbv2.overrides import jwt as elbv2_jwt
from localcloud.aws.elbv2.overrides import targets as elbv2_targets
from localcloud.aws.iam import overrides as iam_policies
from localcloud.aws.lambda_.overrides import code as lambda_code
from localcloud.aws.lambda_.overrides import event_sources as lambda_sources
from localcloud.aws.lambda_.overrides import invoke as lambda_invoke
from localcloud.aws.lambda_.overrides import settings as lambda_settings
from localcloud.aws.logs import data as log_events
from localcloud.aws.rds.overrides import databases as rds_databases
from localcloud.aws.s3 import data as s3_objects
from localcloud.aws.s3 import overrides as s3_policy
from localcloud.aws.secretsmanager import overrides as secret_rotation
from localcloud.aws.sns import data as sns_delivery
from localcloud.aws.sqs.data import queues as sqs_queues

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.aws.endpoints import ControlEndpoints

COLLECTIONS: Final[dict[str, Callable[[str, str, bytes], None]]] = {
    "dynamodb ": dynamodb_items.put_back,
    "logs ": log_events.put_back,
    "s3 ": s3_objects.put_back,
    "sqs ": sqs_queues.put_back,
    "sqs-seen ": sqs_queues.put_back,
}
"""Journalled collections, by how their names begin, and who restores an entry."""


PLAIN: Final = (
    dynamodb_items, ecs_services, ecs_tasks, elbv2_jwt, elbv2_targets, iam_policies,
    lambda_settings, lambda_sources, log_events, s3_objects, s3_policy, sns_delivery, sqs_queues,
    updates, xml_names,
)  # fmt: skip
"""Overrides that need to know nothing."""

SITED: Final = (http_api_address, lambda_code, lambda_invoke, rds_databases, secret_rotation)
"""Overrides that need to know where the rest of the local environment is."""


def install(endpoints: ControlEndpoints) -> None:
    """Install every override."""
    for module in PLAIN:
        module.install()
    for module in SITED:
        module.install(endpoints)
    pickling.REDUCTIONS[Queue] = pickling.without(*sqs_queues.NOT_SAVED)
    pickling.REDUCTIONS[Table] = pickling.without(*dynamodb_items.NOT_SAVED)
    pickling.REDUCTIONS[LogStream] = pickling.without(*log_events.NOT_SAVED)


def after_load() -> None:
    """Complete what was loaded."""
    for module in (dynamodb_items, log_events, s3_objects):
        module.after_load()


def resume() -> None:
    """Continue what was under way when the process ended."""
    rds_databases.resume()
    secret_rotation.resume()


def close() -> None:
    """End what this process started."""
    rds_databases.close()
