"""Contracts by id, sealed with a secret and printed with a greeting and a closing.

PUT /contracts/{id}   {"text": "..."}   role reader
GET /contracts/{id}                     role reader
GET /printed-contracts/{id}             role reader
"""

from __future__ import annotations

import functools
import hmac
from http import HTTPStatus
from typing import Annotated, Any

import boto3
from aws_lambda_powertools.event_handler.openapi.params import Path
from kit import settings
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from pydantic import BaseModel, Field

CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"

app = HttpApiResolver()

Id = Annotated[str, Path(max_length=100)]


class Contract(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


@functools.cache
def client(service: str) -> Any:
    """Return one client for all invocations of a process."""
    return boto3.client(service)  # pyright: ignore[reportCallIssue, reportArgumentType]


def seal(text: str, stage: str = CURRENT) -> str:
    """Return the seal of *text*, with the present value of the secret, or the one before."""
    secrets = client("secretsmanager")
    secret = settings.text("SEAL_KEY_SECRET_ARN")
    try:
        key = secrets.get_secret_value(SecretId=secret, VersionStage=stage)
    except secrets.exceptions.ResourceNotFoundException as error:
        raise HttpError(HTTPStatus.SERVICE_UNAVAILABLE, "the seal has no key yet") from error
    return hmac.new(key["SecretString"].encode(), text.encode(), "sha256").hexdigest()


def is_sealed(text: str, found: str) -> bool:
    """Return whether *found* seals *text*: with the present key, or the one that it replaced."""
    if hmac.compare_digest(found, seal(text)):
        return True
    try:
        return hmac.compare_digest(found, seal(text, PREVIOUS))
    except HttpError:
        return False  # the key has not been rotated yet


def greeting() -> str:
    """Return the parameter, which another team sets."""
    parameters = client("ssm")
    try:
        found = parameters.get_parameter(Name=settings.text("GREETING_PARAMETER"))
    except parameters.exceptions.ParameterNotFound:
        return "Dear reader"
    return found["Parameter"]["Value"]


@app.put("/contracts/<contract_id>")
def write(contract_id: Id, contract: Contract) -> Contract:
    """Create or replace a contract."""
    item = {"id": contract_id, "text": contract.text, "seal": seal(contract.text)}
    client("dynamodb").put_item(
        TableName=settings.text("BOX_TABLE"), Item={name: {"S": item[name]} for name in item}
    )
    return contract


@app.get("/contracts/<contract_id>")
def read(contract_id: Id) -> Contract:
    """Return a contract whose seal is intact."""
    found = client("dynamodb").get_item(
        TableName=settings.text("BOX_TABLE"), Key={"id": {"S": contract_id}}
    )
    if "Item" not in found:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no contract {contract_id!r}")
    text = found["Item"]["text"]["S"]
    if not is_sealed(text, found["Item"]["seal"]["S"]):
        raise HttpError(HTTPStatus.CONFLICT, "the contract has the seal of another key")
    return Contract(text=text)


@app.get("/printed-contracts/<contract_id>")
def printed(contract_id: Id) -> Contract:
    """Return a contract with its greeting and its closing."""
    text = read(contract_id).text
    return Contract(text=f"{greeting()},\n{text}\n{settings.text('CLOSING')}")


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
