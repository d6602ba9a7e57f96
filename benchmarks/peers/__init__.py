"""The same estimates by others, if they are here: `svy` in a venv of its own, R's `survey`."""

import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

SVY = "svy==0.35.0"
VENV = Path(sys.prefix) / "peers"  # no part of what the project depends on; `make clean` removes it
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def svy(part: str, *files: Path) -> list[str] | None:
    """Write the command of a part by svy, installed at its first use.

    Args:
        part: `one` margin, or the whole `cube`.
        files: Parquet files: a few rows, and the rows for the clock.

    Returns:
        The command; None if svy can't be had.
    """
    python = VENV / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", SVY]
    here = [str(python), "-c", "import svy"]
    if not python.exists():
        _succeeds([sys.executable, "-m", "venv", str(VENV)])
    if _succeeds(here) or (_succeeds([str(python), *install]) and _succeeds(here)):
        return [str(python), "-m", "benchmarks.peers.svy_means", part, *map(str, files)]
    return None


def r_survey(*files: Path) -> list[str] | None:
    """Write the command of one margin by R.

    Args:
        files: CSV files, likewise.

    Returns:
        The command; None if there is no R with its package survey.
    """
    rscript = shutil.which("Rscript")
    if rscript is None or not _succeeds([rscript, "-e", "library(survey)"]):
        return None
    return [rscript, "--vanilla", str(Path(__file__).with_name("means.R")), *map(str, files)]


def _succeeds(command: list[str]) -> bool:
    with suppress(FileNotFoundError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False
