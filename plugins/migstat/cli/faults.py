"""What no command tells in its own words: a disk or a database that fails under any of them."""

import errno
from typing import Any

from sqlalchemy.exc import ArgumentError, OperationalError
from typer.core import TyperGroup

from migstat.cli.console import fail

OF_THE_DISK = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR}
)


class Commands(TyperGroup):
    """All commands; a fault of the machine ends them in a line, not a traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer's own copy of click is private
        """Run a command.

        Raises:
            typer.Exit: The disk or the ledger's database failed; said in a line.
        """
        try:
            return super().invoke(ctx)
        except OperationalError as error:
            raise fail(
                f"The ledger can't be used: {str(error.orig).strip()}. Is the disk full or "
                "read-only, or the database down? What was recorded stands; give the command again"
            ) from error
        except ArgumentError as error:
            raise fail(f"MIGSTAT_LEDGER_URL: {error}") from error
        except OSError as error:
            if error.errno not in OF_THE_DISK:
                raise
            place = f"{error.filename}: " if error.filename else ""
            raise fail(f"{place}{error.strerror}. Nothing more was done") from error
