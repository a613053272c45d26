"""Recipes by id, in MariaDB on RDS.

PUT /recipes/{id}   {"text": "..."}   role reader
GET /recipes/{id}                     role reader
"""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from kit import mysql
from kit.errors import HttpError
from kit.powertools import HttpApiResolver
from pydantic import BaseModel, Field

app = HttpApiResolver()

TABLE = """
CREATE TABLE IF NOT EXISTS recipes (id varchar(100) PRIMARY KEY, text varchar(1000) NOT NULL)
"""
SELECT = "SELECT text FROM recipes WHERE id = %s"
REPLACE = "REPLACE INTO recipes (id, text) VALUES (%s, %s)"

Id = Annotated[str, Path(max_length=100)]


class Recipe(BaseModel):
    """Body of requests and answers."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


@functools.cache
def connections() -> mysql.Connections:
    """Return the connection of this process; a function without migrations makes its table."""
    made = mysql.Connections(mysql.Database.from_environment("meals"))
    with made.cursor() as cursor:
        cursor.execute(TABLE)
    return made


@app.put("/recipes/<recipe_id>")
def write(recipe_id: Id, recipe: Recipe) -> Recipe:
    """Create or replace a recipe."""
    with connections().cursor() as cursor:
        cursor.execute(REPLACE, [recipe_id, recipe.text])
    return recipe


@app.get("/recipes/<recipe_id>")
def read(recipe_id: Id) -> Recipe:
    """Return a recipe."""
    with connections().cursor() as cursor:
        cursor.execute(SELECT, [recipe_id])
        row = cursor.fetchone()
    if row is None:
        raise HttpError(HTTPStatus.NOT_FOUND, f"there is no recipe {recipe_id!r}")
    return Recipe(text=row[0])


def handler(event: dict[str, Any], context: Any) -> Any:
    """Handle a request of the HTTP API."""
    return app.resolve(event, context)
