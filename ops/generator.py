"""Writes the folder of a new service from the templates."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from builders.packages import PackageError, lock
from ops.errors import CommandError
from spec.faults import SpecError
from spec.reading import FILE, load_service

if TYPE_CHECKING:
    from spec.catalogue import Catalogue

TEMPLATES = Path(__file__).parent / "templates"
SUFFIX = ".tmpl"
POSTGRESQL = "aurora-postgresql"
STORE_FIELDS = {"dynamodb": ", partition_key: {name: id}"}
"""Fields that a store needs besides its kind."""
COMPUTE = {
    "lambda": "compute:\n  kind: lambda\n",
    "fargate": "compute:\n  kind: fargate\n  command: [python, -m, $package]\n",
}
REQUIREMENTS = {
    "lambda": "# boto3 is part of the Lambda runtime.\naws-lambda-powertools\npydantic\n",
    "fargate": "boto3\nfastapi\nhttptools\npydantic\nuvicorn\nuvloop\n",
}
BATCH = """    if not is_request(event):
        processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
        return process_partial_response(
            event=event, record_handler=consume, processor=processor, context=context
        )
"""
RECORD = '''

def consume(record: Any) -> None:
    """Process one message; after an exception, only this message is retried.

    Delivery is at least once, so this must be idempotent.
    """
    message = json.loads(record["body"])
    envelope = json.loads(message["Message"]) if "Message" in message else message
    logger.info("event consumed", extra={"event_id": envelope["id"]})
    metrics.count("EventsConsumed")
'''
EVENT_TEST = """

def test_a_malformed_message_alone_is_retried(handler):
    good, bad = json.dumps({"id": "e-1"}), "{"
    records = [
        {"messageId": name, "body": body, "eventSource": "aws:sqs", "attributes": {}}
        for name, body in (("good", good), ("bad", bad))
    ]

    answer = handler({"Records": records}, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
"""
BATCH_IMPORT = """from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,  # pyright: ignore[reportUnknownVariableType] - its context is Any
)
"""


@dataclass(frozen=True)
class NewService:
    """A service that somebody asked for."""

    name: str
    kind: str
    store: str | None
    event: str | None
    owner: str

    @property
    def package(self) -> str:
        """The name of its Python package."""
        return self.name.replace("-", "_")


def generate(new: NewService, services: Path, catalogue: Catalogue) -> Path:
    """Write the folder of *new* as a whole, or nothing; raises CommandError."""
    finished = services / new.name
    with tempfile.TemporaryDirectory(prefix=".new-", dir=services) as temporary:
        folder = Path(temporary) / new.name
        _write(new, folder, _role(new, catalogue))
        try:
            load_service(folder / FILE)
            lock(folder)
        except (SpecError, PackageError) as error:
            text = str(error).replace(str(folder), f"services/{new.name}")
            raise CommandError(f"{new.name} cannot be generated:\n{text}") from error
        try:
            folder.rename(finished)
        except OSError as error:
            raise CommandError(f"services/{new.name} exists already.") from error
    return finished


def _role(new: NewService, catalogue: Catalogue) -> str:
    """Return the first shared role; a shop without roles gets one from the service."""
    return next(iter(catalogue.roles), f"{new.name}-caller")


def _write(new: NewService, folder: Path, role: str) -> None:
    consumes = new.event is not None
    words = {
        "name": new.name,
        "package": new.package,
        "store": f"{new.name}-data",
        "role": role,
        "description": f"Answers requests to /{new.name}.",
        "imports": ", is_request" if consumes else "",
        "or_batch": ", or process a batch of messages" if consumes else "",
        "batch": BATCH if consumes else "",
        "record": RECORD.rstrip("\n") if consumes else "",
        "event_tests": EVENT_TEST.rstrip("\n") if consumes else "",
    }
    source = TEMPLATES / new.kind
    for file in sorted(source.rglob(f"*{SUFFIX}")):
        path = file.relative_to(source)
        if path.parts[0] == "migrations" and new.store != POSTGRESQL:
            continue
        parts = [new.package if part == "package" else part for part in path.parts]
        target = folder.joinpath(*parts).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        text = Template(file.read_text()).substitute(words).rstrip("\n") + "\n"
        if consumes and target.name == "handler.py":
            text = text.replace("import logging\n", "import json\nimport logging\n", 1)
            text = text.replace("from kit import", f"{BATCH_IMPORT}from kit import", 1)
        target.write_text(text)
    (folder / FILE).write_text(_description(new, words))
    requirements = REQUIREMENTS[new.kind]
    if new.store == POSTGRESQL:
        requirements += "psycopg[binary,pool]\n"
    (folder / "requirements.in").write_text(requirements)


def _description(new: NewService, words: dict[str, str]) -> str:
    text = (
        "# yaml-language-server: $$schema=../../spec/service.schema.json\n"
        "name: $name\ndescription: $description\n"
        f"owner: {new.owner}\ntier: internal\n{COMPUTE[new.kind]}"
    )
    if new.store == POSTGRESQL:
        text += "migrations:\n  command: [python, -m, kit.migrations, $store]\n"
    text += 'routes:\n  - {path: "/$name/{subject}", methods: [GET], auth: $role}\n'
    if words["role"] == f"{new.name}-caller":
        text += "roles:\n  $role: Calls $name.\n"
    if new.store:
        fields = STORE_FIELDS.get(new.store, "")
        text += f"stores:\n  $store: {{kind: {new.store}{fields}}}\n"
    if new.event:
        text += f"consumes:\n  {new.event}: {{}}\n"
    return Template(text).substitute(words)


def remove(folder: Path) -> None:
    """Remove a service that was generated a moment ago."""
    shutil.rmtree(folder)
