"""What the commands share: where they print, how they show progress, how they fail."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

WIDE = 240  # columns where nobody's window limits them: a pipe, a file, a log

out = Console() if sys.stdout.isatty() else Console(width=WIDE)
err = Console(stderr=True)


class Report(Protocol):
    """Tells what is going on, and how far it is where that is known."""

    def __call__(self, stage: str, done: int | None = None, total: int | None = None) -> None:
        """Show a stage."""


NOISY_LIBRARIES = ("great_expectations", "dbt", "alembic", "fsspec", "asyncio")


def quiet_libraries() -> None:
    """Keep libraries from talking between the lines of a command."""
    for name in NOISY_LIBRARIES:
        logging.getLogger(name).setLevel(logging.ERROR)


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Show what a long piece of work is doing; yields ``report(stage, done, total)``."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def report(stage: str, done: int | None = None, total: int | None = None) -> None:
            bar.update(task, description=f"{title}: {stage}", completed=done or 0, total=total)

        yield report


def fail(message: str) -> typer.Exit:
    """Print an error and return what to raise."""
    err.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(1)
