"""Terminal output: a progress line for each step that runs, and messages."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Generator

    from localcloud.engine.progress import Progress as Show

out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(highlight=False, soft_wrap=True, emoji=False, stderr=True)


def show_error(message: str) -> None:
    """Print an error message; its first line is highlighted."""
    first, _, rest = message.partition("\n")
    err.print(f"[bold red]{escape(first)}[/]")
    if rest:
        err.print(escape(rest))


def done(what: str) -> None:
    """Print a line about a finished step."""
    err.print(f"[green]✓[/] {escape(what)}")


def failed(what: str) -> None:
    """Print a message about something that failed while the command goes on."""
    first, _, rest = what.partition("\n")
    err.print(f"[red]✗[/] {escape(first)}")
    if rest:
        err.print("\n".join(f"  {line}" for line in escape(rest).splitlines()))


class _Lines:
    """The progress lines of concurrent steps: a terminal has one live display."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bar: Progress | None = None
        self._steps = 0

    @contextmanager
    def line(self) -> Generator[Show]:
        """Show a line for one step, from its first message on."""
        with self._lock:
            if self._bar is None:
                self._bar = _bar()
                self._bar.start()
            self._steps += 1
            bar = self._bar
        task = bar.add_task("", total=None, visible=False)

        def show(what: str, done: int = 0, total: int = 0) -> None:
            bar.update(
                task, description=escape(what), completed=done, total=total or None, visible=True
            )

        try:
            yield show
        finally:
            with self._lock:
                bar.remove_task(task)
                self._steps -= 1
                if not self._steps:
                    bar.stop()
                    self._bar = None


_lines = _Lines()


@contextmanager
def step(finished: str = "") -> Generator[Show]:
    """Show the progress of one step on a transient line, then *finished*.

    Steps may run concurrently, each on a line of its own. Where standard error is not a terminal,
    each progress message is printed once.
    """
    if err.is_terminal:
        with _lines.line() as show:
            yield show
    else:
        said: set[str] = set()

        def say(what: str, done: int = 0, total: int = 0) -> None:
            del done, total
            if what not in said:
                said.add(what)
                err.print(f"  {escape(what)}")

        yield say
    if finished:
        done(finished)


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
