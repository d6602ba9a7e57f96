"""One attempt at a build: dbt on a copy of the working file, without the surveys that fail."""

import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb

from migstat.declarations import TableName
from migstat.ledger import Ledger
from migstat.paths import paths
from migstat.warehouse.blame import COLUMNS_CHANGED, NOBODY, blame, engine_message
from migstat.warehouse.inputs import SurveyWave, write_inputs
from migstat.warehouse.project import (
    BUILD_FILE,
    INPUTS,
    DeclaredSurveys,
    common_fingerprint,
    run_dbt,
)
from migstat.warehouse.state import State, working_file

NO_CLAIMS = ("--exclude-resource-type", "unit_test")


class BuildError(RuntimeError):
    """Nothing could be published; the marts stay as they are."""


def attempt_file() -> Path:
    """The database that an attempt builds."""
    return paths().warehouse / BUILD_FILE


@dataclass
class Attempt:
    """Lets dbt build on a copy of the working file, leaving out surveys that fail.

    Attributes:
        changed: Labels of the waves to compute.
        last: The last good build.
        failures: Reason by survey that is left out.
        unread: Surveys whose staging models dbt can't even read.
    """

    ledger: Ledger
    declared: DeclaredSurveys
    waves: list[SurveyWave]
    changed: list[str]
    last: State
    progress: Callable[[str], None]
    failures: dict[str, str]
    unread: set[str] = field(default_factory=set)

    def build(self) -> list[str]:
        """Build until all is well; returns the waves that were computed.

        Each round leaves out at least one survey more, so it ends.

        Raises:
            BuildError: The failure is no survey's, or the columns of the marts changed and a
                survey that is left out has old rows to keep.
        """
        while True:
            under_build = self._without_failures()
            kept = self.held - set(under_build)
            blamed = self._run(under_build, copied=bool(kept))
            if not blamed:
                return under_build
            guilty = self._guilty(blamed, under_build)
            if not guilty and kept and COLUMNS_CHANGED in blamed.get(NOBODY, ""):
                raise BuildError(self._blocked(kept, blamed[NOBODY]))
            guilty = guilty or self._find_guilty(under_build, blamed)
            if not guilty:
                raise BuildError(f"Nothing was published: {'; '.join(blamed.values())}")
            self.failures |= guilty
            for survey, reason in guilty.items():
                self.progress(f"leaving out {survey}: {reason}")

    @cached_property
    def held(self) -> set[str]:
        """Labels of the waves that the working file has rows of, but those that are gone."""
        return set(self.last.waves) & {wave.label for wave in self.waves}

    def _without_failures(self) -> list[str]:
        return [label for label in self.changed if survey_of(label) not in self.failures]

    def _run(self, under_build: Collection[str], *, copied: bool) -> dict[str, str]:
        """Let dbt build these waves; returns reasons by survey, none when all is well.

        Args:
            under_build: Labels of the waves to compute.
            copied: Begin with the working file's rows; without, columns may have other types.
        """
        self.progress(f"computing {', '.join(under_build) or 'no wave'}")
        try:
            under = [wave for wave in self.waves if wave.label in under_build]
            selected = self._begin(under, copied=copied)
            write_inputs(paths().warehouse / INPUTS, self.ledger, self.waves, under_build)
            command = ["--quiet", "--no-write-json", "build", "--select", *selected, *NO_CLAIMS]
            result = run_dbt(command, self.unread, self.declared)
            if result.success:
                return {}
            blamed = blame(result, attempt_file())
        except (OSError, duckdb.Error) as error:
            raise BuildError(f"Nothing was published: {engine_message(str(error))}") from error
        if result.result is None:  # dbt never began: it can't read their models
            self.unread |= {survey for survey in blamed if survey != NOBODY}
        return self._with_damages(blamed, under_build) or {NOBODY: "dbt failed"}

    def _begin(self, under: Iterable[SurveyWave], *, copied: bool) -> list[str]:
        """Put the file of the attempt in place: the working file's rows, or nothing.

        Args:
            under: The waves to compute.
            copied: Begin with the working file's rows.

        Returns:
            What dbt is to select: the staging models of these waves, and of the models that all
            surveys share those that anything under build can change.
        """
        for left in (attempt_file(), attempt_file().with_name(f"{BUILD_FILE}.wal")):
            left.unlink(missing_ok=True)
        tables = {w.survey_code: list(w.declared.export.tables) for w in under if w.declared}
        staging = [f"stg_{survey}__{table.value}" for survey in tables for table in tables[survey]]
        if not copied or not working_file().is_file():
            return ["intermediate", "marts", *staging]
        shutil.copyfile(working_file(), attempt_file())
        with duckdb.connect(attempt_file()) as connection:
            connection.execute("drop schema if exists staging cascade")
            if not tables or self._is_all_new() or _left_tables(connection, tables):
                connection.execute("drop schema if exists intermediate cascade")
                return ["intermediate", "marts", *staging]
            _empty(connection, "intermediate")
        return [*(f"config.meta.of:{name}" for name in sorted(self._fed(tables))), *staging]

    def _fed(self, tables: Mapping[str, Collection[TableName]]) -> set[str]:
        """What models may be made of (dbt_project.yml) that these surveys can change."""
        several = Counter(wave.survey_code for wave in self.waves)
        fed = {table.value for found in tables.values() for table in found}
        again = {t.value for survey in tables for t in tables[survey] if several[survey] > 1}
        return {"all", *fed, *(f"waves_of_{table}" for table in again)}

    def _is_all_new(self) -> bool:
        """Whether models changed, or waves are gone, whose rows any mart may hold."""
        gone = set(self.last.waves) - self.held
        return bool(gone) or self.last.shared != common_fingerprint()

    def _with_damages(self, blamed: dict[str, str], under_build: Collection[str]) -> dict[str, str]:
        """Say of a survey that its raw files are damaged, where that is why it failed.

        The engine's message may not name the file, so the files of those blamed, of all where
        it is nobody, are read from end to end.
        """
        asked = [
            wave
            for wave in self.waves
            if wave.label in under_build and (wave.survey_code in blamed or NOBODY in blamed)
        ]
        damaged = {wave.survey_code: wave.damage for wave in asked if wave.damage}
        named = {s: reason for s, reason in blamed.items() if s != NOBODY or not damaged}
        return named | damaged

    def _guilty(self, blamed: dict[str, str], under_build: Collection[str]) -> dict[str, str]:
        """Those of the blamed that are not left out yet."""
        unread = self.unread - set(self.failures)
        concerned = {survey_of(label) for label in under_build} | unread
        return {s: r for s, r in blamed.items() if s in concerned and s not in self.failures}

    def _find_guilty(self, under_build: list[str], blamed: dict[str, str]) -> dict[str, str]:
        """Build each survey by itself where the failure names none; nobody's if none is enough."""
        if set(blamed) != {NOBODY} or not under_build or self._run([], copied=False):
            return {}
        guilty = {}
        for survey in sorted({survey_of(label) for label in under_build}):
            its_waves = [label for label in under_build if survey_of(label) == survey]
            if reasons := self._run(its_waves, copied=False):
                guilty[survey] = "; ".join(reasons.values())
        return guilty

    def _blocked(self, kept: Iterable[str], mismatch: str) -> str:
        """Say which surveys keep rows that no longer fit the columns of the marts."""
        surveys = sorted({survey_of(label) for label in kept})
        reasons = [
            f"{survey} can't be ({self.failures.get(survey, 'nothing of it changed')}). Mend it, "
            f"or remove include/surveys/{survey} to publish without its rows"
            for survey in surveys
        ]
        mart = mismatch.split(":", maxsplit=1)[0]
        return (
            f"Nothing was published: the columns of the marts changed ({mart}), "
            f"so every survey must be computed anew, and {'; '.join(reasons)}"
        )


def survey_of(label: str) -> str:
    """The survey of a ``survey/wave``."""
    return label.split("/", maxsplit=1)[0]


def _left_tables(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Collection[TableName]]
) -> bool:
    """Whether a survey has rows in the mart of a table that it has no more."""
    for table in TableName:
        surveys = [survey for survey, now in tables.items() if table not in now]
        found = connection.execute(
            f"select 1 from marts.{table.value} where list_contains(?, survey_code) limit 1",
            [surveys],
        ).fetchone()
        if found:
            return True
    return False


def _empty(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Leave tables without rows, as they are when a build has none for them."""
    tables = connection.execute(
        "select table_name from duckdb_tables() where schema_name = ?", [schema]
    ).fetchall()
    for (table,) in tables:
        connection.execute(f"truncate {schema}.{table}")
