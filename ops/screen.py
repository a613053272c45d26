"""What people see: one calm line while something runs, results afterwards."""

from __future__ import annotations

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
    """Show why a command failed: the first line stands out."""
    first, _, rest = message.partition("\n")
    err.print(f"[bold red]{escape(first)}[/]")
    if rest:
        err.print(escape(rest))


def done(what: str) -> None:
    """Leave a line about a finished step."""
    err.print(f"[green]✓[/] {escape(what)}")


@contextmanager
def step(finished: str = "") -> Generator[Show]:
    """Show the progress of one step on one line that goes away, then *finished*.

    Where nobody watches (a pipe, CI) each new line of progress is printed once.
    """
    if err.is_terminal:
        with _bar() as bar:
            task = bar.add_task("", total=None)

            def show(what: str, done: int = 0, total: int = 0) -> None:
                bar.update(task, description=escape(what), completed=done, total=total or None)

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
