"""The WSGI application: our own routes, and the emulated AWS API everywhere else."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from localcloud.aws import service_models
from localcloud.aws.ec2 import tables as ec2_tables
from localcloud.aws.endpoints import ControlEndpoints
from localcloud.aws.environment import ACCOUNT
from localcloud.aws.journal import JOURNAL
from localcloud.control.changes import Changes
from localcloud.control.routes import PREFIX, Routes
from localcloud.control.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localcloud.layout import Layout

WARM = {
    "acm": "acm", "apigateway": "apigatewayv2", "application-autoscaling": "applicationautoscaling",
    "cognito-idp": "cognitoidp", "dynamodb": "dynamodb", "ec2": "ec2", "ecr": "ecr", "ecs": "ecs",
    "elasticloadbalancing": "elbv2", "iam": "iam", "kms": "kms", "lambda": "awslambda",
    "logs": "logs", "monitoring": "cloudwatch", "rds": "rds", "route53": "route53", "s3": "s3",
    "secretsmanager": "secretsmanager", "sns": "sns", "sqs": "sqs", "sts": "sts",
}  # fmt: skip
"""The services that are ready when the process is: signing name and moto's name."""


class Application:
    """Everything that answers on the control plane's port."""

    def __init__(self, layout: Layout, port: int) -> None:
        """Load what the cloud held when its process ended, and be ready to answer."""
        service_models.install()
        ec2_tables.install()
        # After the EC2 tables.
        from localcloud.aws import overrides  # noqa: PLC0415
        from localcloud.aws.lambda_.overrides.invoke import Invocations  # noqa: PLC0415
        from localcloud.aws.sqs.data import queues as sqs_queues  # noqa: PLC0415
        from localcloud.control.emulator import Emulator  # noqa: PLC0415
        from localcloud.control.internal import add_routes  # noqa: PLC0415
        from localcloud.control.state.snapshots import Snapshots, note_touched  # noqa: PLC0415

        self.layout = layout
        self.port = port
        self.changes = Changes()
        self.routes = Routes()
        self.emulator = Emulator(self.changes, ACCOUNT)
        self.emulator.warm(*WARM.values())
        endpoints = ControlEndpoints(layout, port)
        self._invocations = Invocations(endpoints)
        self._wake_queues = sqs_queues.wake_waiting
        overrides.install(endpoints)
        self._store = Store(layout.data / "cloud.sqlite", f"moto {version('moto')}")
        snapshots = Snapshots(self._store, ACCOUNT)
        with JOURNAL.lock:
            snapshots.load(overrides.COLLECTIONS)
            overrides.after_load()
        note_touched()
        JOURNAL.sink = snapshots
        overrides.resume()
        self._close_overrides = overrides.close
        add_routes(self.routes, self.changes, endpoints, list(WARM))

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"].startswith(PREFIX):
            return self.routes(environ, start_response)
        if self._invocations.are_at(environ["PATH_INFO"]):
            return self._invocations(environ, start_response)
        return self.emulator(environ, start_response)

    def wake_waiting(self) -> None:
        """Answer everyone who waits for something: the process is about to end."""
        self.changes.close()
        self._wake_queues()

    def close(self) -> None:
        """Let go of the file; nothing is answered any more."""
        self._close_overrides()
        with JOURNAL.lock:
            JOURNAL.sink = None
            self._store.close()
