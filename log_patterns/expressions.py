"""Regular expressions of filter patterns, `%...%`: a small grammar without groups.

`re` decides those with one repetition at most. With more, its backtracking may take polynomial
time on a long line, so a set of positions is followed instead, which takes linear time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from log_patterns.errors import PatternError

SYMBOLS = ":_#=@/;,- "
MAX_REPETITIONS = 255
MAX_POSITIONS = 2_000
CLASSES = {
    "d": frozenset("0123456789"),
    "w": frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"),
    "s": frozenset(" \t\n\r\f\v"),
}
MEMORY = 10_000
"""Remembered steps of an expression."""


@dataclass(frozen=True)
class Atom:
    """One character of a set, or of any other than the set's."""

    characters: frozenset[str]
    inverted: bool = False

    def takes(self, character: str) -> bool:
        """Say whether *character* belongs to the atom."""
        return (character in self.characters) != self.inverted


ANY = Atom(frozenset("\n"), inverted=True)


@dataclass(frozen=True)
class Part:
    """An atom and how often it may occur; `most` is None for no limit."""

    atom: Atom
    least: int = 1
    most: int | None = 1


@dataclass
class Alternative:
    """A sequence of parts, anchored or not."""

    parts: list[Part] = field(default_factory=list[Part])
    at_start: bool = False
    at_end: bool = False


class Expression:
    """A compiled expression."""

    def __init__(self, text: str) -> None:
        """Compile *text*, which is without its percent signs."""
        self.text = text
        self.alternatives = _Parser(text).alternatives()
        simple = all(
            sum(part.most is None or part.most != part.least for part in one.parts) <= 1
            for one in self.alternatives
        )
        self._automata = [] if simple else [_Automaton(one) for one in self.alternatives]
        # A line may hold line breaks; `$` of `re` would also match before the last one.
        self._re = re.compile("|".join(map(_regular, self.alternatives))) if simple else None

    def found(self, text: str) -> bool:
        """Say whether the expression occurs in *text*."""
        if self._re is not None:
            return self._re.search(text) is not None
        return any(one.found(text) for one in self._automata)


class _Automaton:
    """Follows every position of an alternative at once: a bit for each atom that may come next."""

    def __init__(self, alternative: Alternative) -> None:
        self._alternative = alternative
        self._atoms: list[Atom] = []
        skip: list[bool] = []
        self._repeats: list[bool] = []
        for part in alternative.parts:
            copies = [(False, False)] * part.least
            if part.most is None:
                copies = [*copies[:-1], (False, True)] if part.least else [(True, True)]
            else:
                copies += [(True, False)] * (part.most - part.least)
            for optional, repeats in copies:
                self._atoms.append(part.atom)
                skip.append(optional)
                self._repeats.append(repeats)
        if len(self._atoms) > MAX_POSITIONS:
            text = f"the expression repeats too much: at most {MAX_POSITIONS} characters in all"
            raise PatternError(text)
        self._end = 1 << len(self._atoms)
        self._closures = [0] * (len(self._atoms) + 1)
        self._closures[-1] = self._end
        for index in reversed(range(len(self._atoms))):
            self._closures[index] = 1 << index | (self._closures[index + 1] if skip[index] else 0)
        self._memory: dict[tuple[int, str], int] = {}

    def found(self, text: str) -> bool:
        start, end = self._closures[0], self._end
        to_end, once = self._alternative.at_end, self._alternative.at_start
        states = start
        if states & end and not to_end:
            return True
        for character in text:
            key = (states, character)
            after = self._memory.get(key)
            if after is None:
                after = self._step(states, character)
                if len(self._memory) >= MEMORY:
                    self._memory.clear()
                self._memory[key] = after
            states = after if once else after | start
            if states & end and not to_end:
                return True
            if not states:
                return False
        return bool(states & end)

    def _step(self, states: int, character: str) -> int:
        after = 0
        for index, atom in enumerate(self._atoms):
            if states >> index & 1 and atom.takes(character):
                after |= self._closures[index + 1]
                if self._repeats[index]:
                    after |= self._closures[index]
        return after


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def alternatives(self) -> list[Alternative]:
        if not self._text:
            raise self._error("it is empty: write an expression between the percent signs")
        found = [Alternative()]
        while (character := self._next()) is not None:
            current = found[-1]
            if character == "|":
                found.append(Alternative())
            elif current.at_end:
                raise self._error("'$' is allowed at the end only: write '\\$' for the character")
            elif character == "^":
                if current.parts or current.at_start:
                    raise self._error("'^' is allowed at the start only: write '\\^'")
                current.at_start = True
            elif character == "$":
                current.at_end = True
            else:
                atom = self._atom(character)
                least, most = self._repetition()
                current.parts.append(Part(atom, least, most))
        return found

    def _next(self) -> str | None:
        if self._at >= len(self._text):
            return None
        self._at += 1
        return self._text[self._at - 1]

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _atom(self, character: str) -> Atom:
        if character == ".":
            return ANY
        if character == "[":
            return self._set()
        if character == "\\":
            return self._escaped()
        if character in "?*+{":
            raise self._error(f"'{character}' has nothing to repeat: write '\\{character}'")
        return Atom(frozenset(self._plain(character)))

    def _plain(self, character: str) -> str:
        if not character.isascii():
            raise self._error(f"'{character}' is not supported: use ASCII characters")
        if character in "()":
            raise self._error(f"'{character}' is not supported: write the alternatives out")
        if not (character.isalnum() or character in SYMBOLS):
            raise self._error(f"'{character}' is not supported: write '\\{character}'")
        return character

    def _escaped(self) -> Atom:
        character = self._next()
        if character is None:
            raise self._error("it ends in a backslash: write '\\\\'")
        if character.lower() in CLASSES:
            return Atom(CLASSES[character.lower()], inverted=character.isupper())
        if character == "x":
            digits = self._text[self._at : self._at + 2]
            if not re.fullmatch(r"[0-7][0-9a-fA-F]", digits):
                raise self._error("'\\x' needs two hexadecimal digits up to 7f")
            self._at += 2
            return Atom(frozenset(chr(int(digits, 16))))
        if character.isalnum() or not character.isascii():
            raise self._error(f"'\\{character}' is not supported: use \\d, \\w, \\s or \\xhh")
        return Atom(frozenset(character))

    def _set(self) -> Atom:
        inverted = self._peek() == "^"
        self._at += inverted
        members: set[str] = set()
        while (character := self._next()) != "]":
            if character is None:
                raise self._error("'[' is not closed: write ']' after its characters")
            first = self._member(character)
            if self._peek() != "-" or self._text[self._at + 1 : self._at + 2] in ("", "]"):
                members |= first
                continue
            self._at += 1
            last = self._member(self._next() or "")
            if len(first) != 1 or len(last) != 1 or min(first) > min(last):
                raise self._error("a range needs two characters in order, such as a-z")
            members.update(map(chr, range(ord(min(first)), ord(min(last)) + 1)))
        if not members:
            raise self._error("'[]' is empty: write characters between the brackets")
        return Atom(frozenset(members), inverted)

    def _member(self, character: str) -> frozenset[str]:
        if character == "\\":
            atom = self._escaped()
            if atom.inverted:
                raise self._error("\\D, \\W and \\S are not supported between brackets")
            return atom.characters
        if character in ".*+?$|{}^":
            return frozenset(character)
        return frozenset(self._plain(character))

    def _repetition(self) -> tuple[int, int | None]:
        character = self._peek()
        if not character or character not in "?*+{":
            return 1, 1
        self._at += 1
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(character, (0, 0))
        if character == "{":
            found = re.compile(r"(\d{1,4})(,\s?(\d{0,4}))?\}").match(self._text, self._at)
            if not found:
                raise self._error("'{' needs a count such as {3} or {2,5}: write '\\{'")
            self._at = found.end()
            least = int(found[1])
            most = least if not found[2] else int(found[3]) if found[3] else None
            if max(least, most or 0) > MAX_REPETITIONS or (most is not None and most < least):
                raise self._error(f"a count is at most {MAX_REPETITIONS}, the lower one first")
        if self._peek() and self._peek() in "?*+{":
            raise self._error(f"'{self._peek()}' follows a repetition: keep one of them")
        return least, most

    def _error(self, problem: str) -> PatternError:
        return PatternError(f"in %{self._text}% at character {self._at}: {problem}")


def _regular(alternative: Alternative) -> str:
    written = "".join(_written(part) for part in alternative.parts)
    return ("\\A" if alternative.at_start else "") + written + ("\\Z" if alternative.at_end else "")


def _written(part: Part) -> str:
    members = "".join(f"\\x{ord(one):02x}" for one in sorted(part.atom.characters))
    times = "" if part.most is None else str(part.most)
    return f"[{'^' if part.atom.inverted else ''}{members}]{{{part.least},{times}}}"
