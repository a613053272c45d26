"""The parser's position in a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.telemetry.insights.errors import MalformedQueryError
from localcloud.telemetry.insights.tokens import Kind, regex_at, token_at

if TYPE_CHECKING:
    from typing import NoReturn

    from localcloud.telemetry.insights.tokens import Token


class Cursor:
    """The next token of *text*, and the ways to take it."""

    def __init__(self, text: str) -> None:
        """Begin at the first token."""
        self.text = text
        self.token = token_at(text, 0)
        self.end = 0
        """Where the last taken token ended."""

    def take(self) -> Token:
        """Return the next token and go on to the one after it."""
        taken = self.token
        self._go(taken)
        return taken

    def taken(self, *words: str) -> str:
        """Take the next token if it is one of *words*, and return that word; '' otherwise."""
        word = self.token.word
        if word in words:
            self.take()
            return word
        return ""

    def need(self, word: str) -> None:
        """Take *word*; raises MalformedQueryError if something else is next."""
        if not self.taken(word):
            self.fail(f"expected {word!r}")

    def regex(self) -> str | None:
        """Take a `/regular expression/` if one is next, and return it without its slashes."""
        if self.token.word != "/":
            return None
        found = regex_at(self.text, self.token.start)
        self._go(found)
        return found.text

    def name(self) -> str:
        """Take the name of a field."""
        if self.token.kind not in {Kind.NAME, Kind.QUOTED_NAME}:
            self.fail("expected the name of a field")
        return self.take().text

    def fail(self, message: str) -> NoReturn:
        """Raise MalformedQueryError at the next token."""
        token = self.token
        found = "the query ends here" if token.kind is Kind.END else f"found {self.source(token)!r}"
        raise MalformedQueryError(f"{message}, {found}", token.start, token.end)

    def source(self, token: Token) -> str:
        """Return *token* as it is written."""
        return self.text[token.start : token.end]

    def _go(self, taken: Token) -> None:
        self.end = taken.end
        self.token = token_at(self.text, taken.end)
