"""Versions of articles, in a DynamoDB table with indexes, through DAX where there is a cluster.

PUT /articles/{id}               {"text": "...", "author": "..."}   role reader
GET /articles/{id}               the newest version                 role reader
GET /articles/{id}/longest       the longest version                role reader
GET /authors/{author}/articles   the newest versions of an author   role reader
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from boto3.dynamodb.conditions import Key
from kit import dynamodb
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from pydantic import BaseModel, Field

app = HttpApiResolver()

YEAR = 365 * 86_400
Name = Annotated[str, Path(max_length=100)]


class Text(BaseModel):
    """A version, as it is answered."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


class Article(Text):
    """A version that is written."""

    author: Annotated[str, Field(min_length=1, max_length=100)] = "anonymous"


class Articles(BaseModel):
    """The versions that an author wrote last."""

    texts: list[str]


def table() -> Any:
    """Return the table, through DAX where the environment has a cluster."""
    return dynamodb.table("versions")


@app.put("/articles/<article_id>")
def write(article_id: Name, article: Article) -> Text:
    """Add a version of an article."""
    now = time.time_ns() // 1000
    item = {
        "id": article_id,
        "written_at": now,
        "author": article.author,
        "text": article.text,
        "length": len(article.text),
        "expires_at": now // 1_000_000 + YEAR,
    }
    table().put_item(Item=item)
    return Text(text=article.text)


@app.get("/articles/<article_id>")
def read(article_id: Name) -> Text:
    """Return the newest version of an article."""
    return _last(article_id)


@app.get("/articles/<article_id>/longest")
def longest(article_id: Name) -> Text:
    """Return the longest version of an article, by the local index."""
    return _last(article_id, IndexName="by-length")


@app.get("/authors/<author>/articles")
def of_author(author: Name) -> Articles:
    """Return the versions that an author wrote last, by the global index."""
    found = table().query(
        IndexName="by-author",
        KeyConditionExpression=Key("author").eq(author),
        ScanIndexForward=False,
        Limit=10,
    )
    return Articles(texts=[item["text"] for item in found["Items"]])


def _last(article_id: str, **index: str) -> Text:
    found = table().query(
        KeyConditionExpression=Key("id").eq(article_id), ScanIndexForward=False, Limit=1, **index
    )
    if not found["Items"]:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no article {article_id!r}")
    return Text(text=found["Items"][0]["text"])


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
