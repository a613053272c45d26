"""The address of what to do about an alarm."""

import re
from typing import Annotated

import pydantic

HTTPS = re.compile(r"https://[^\s/@]+(/\S*)?")


def _https(url: str) -> str:
    if not HTTPS.fullmatch(url):
        raise ValueError("write an https:// URL without spaces")
    return url


Runbook = Annotated[str, pydantic.Field(max_length=512), pydantic.AfterValidator(_https)]
"""URL in the text of each alarm of a service."""
