"""The suite of a survey: is this delivery acceptable?

Great Expectations gives the verdict over a typed frame of the columns that the suite names. A
failed ``critical`` expectation refuses the delivery, the rows that fail a ``warning`` are held
back, ``info`` is counted. Suites are hand-written JSON and only ever read: the file context of
Great Expectations would write ids into them.
"""

import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from migstat.declarations import ColumnType, TableName
from migstat.declarations.suite import Expectation, Suite
from migstat.intake.answers import Answers
from migstat.paths import paths
from migstat.sql import identifier

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

log = logging.getLogger(__name__)

BOUNDS = ("min_value", "max_value")
DAY_SECONDS = 86_400
EXPECTATIONS_ENGINE_LOGGER = "great_expectations"


class SuiteError(ValueError):
    """The suite itself is wrong; the delivery waits until it is mended."""


@dataclass(frozen=True)
class Verdict:
    """What one expectation found.

    Attributes:
        expectation: The expectation.
        passed: Its verdict, ``mostly`` included.
        n_failed: Rows that fail it; 1 for a failed expectation about the whole table.
        n_rows: Rows judged.
        rows: Row numbers (1-based, of the export) that fail it.
    """

    expectation: Expectation
    passed: bool
    n_failed: int
    n_rows: int
    rows: tuple[int, ...]


def load_suite(survey: str) -> Suite:
    """Load ``expectations/<survey>.json``; a survey without one expects nothing.

    Raises:
        SuiteError: The file is no suite.
    """
    file = paths().expectations / f"{survey}.json"
    if not file.is_file():
        log.warning("%s has no suite in %s: its deliveries are accepted unjudged", survey, file)
        return Suite(name=survey)
    try:
        return Suite.model_validate_json(file.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise SuiteError(f"{file} is no suite: {error}") from error


def judge(answers: Answers, table: TableName, suite: Suite, page: Path) -> list[Verdict]:
    """Let Great Expectations judge the rows of a table that no rule holds back.

    Args:
        answers: The delivery.
        table: The table to judge.
        suite: The survey's suite.
        page: Where the page of the Data Docs goes, without values.

    Raises:
        SuiteError: An expectation names a column that does not exist, or can't be computed.
    """
    expectations = suite.of_table(table)
    if not expectations:
        return []
    frame = typed_frame(answers, table, expectations)
    kinds = answers.survey.export.tables[table].columns
    result = _validate(f"{suite.name}.{table}", frame, expectations, kinds)
    verdicts = [
        _verdict(answers.place, expectations[found.expectation_config.meta["position"]], found)
        for found in sorted(
            result.results, key=lambda found: int(found.expectation_config.meta["position"])
        )
    ]
    from migstat.intake.data_docs import write_page  # noqa: PLC0415 - imports Great Expectations

    write_page(result, page, [item.kwargs for item in expectations])
    return verdicts


def typed_frame(
    answers: Answers, table: TableName, expectations: Sequence[Expectation]
) -> "pd.DataFrame":
    """Build the frame to be judged, of the columns that its expectations name.

    Numbers and dates (days since 1970) are floats, text is pyarrow strings; the index is the row's
    number in the export.
    """
    kinds = answers.survey.export.tables[table].columns
    coarse = answers.survey.privacy.coarsen
    named = _names_in([item.kwargs for item in expectations])
    described = answers.connection.execute(f"describe accepted_{table}").fetchall()
    columns = [row[0] for row in described if row[0] in named and not row[0].startswith("_row_")]
    parts = [
        _typed_column(name, ColumnType.TEXT if name in coarse else kinds.get(name))
        for name in columns
    ]
    arrow: pa.Table = answers.connection.sql(
        f"select {', '.join([*parts, '_row_number'])} from accepted_{table}"
    ).to_arrow_table()
    frame: pd.DataFrame = arrow.to_pandas(split_blocks=True, self_destruct=True)
    frame = frame.set_index("_row_number")
    frame.index.name = None  # a named index makes Great Expectations report dicts with values
    return frame


def _typed_column(name: str, kind: ColumnType | None) -> str:
    quoted = identifier(name)
    if kind in {ColumnType.INTEGER, ColumnType.DECIMAL}:
        return f"try_cast({quoted} as double) as {quoted}"
    if kind in {ColumnType.DATE, ColumnType.TIMESTAMP}:
        return f"epoch(day_of({quoted})) / {DAY_SECONDS} as {quoted}"
    return quoted


def _names_in(content: object) -> set[str]:
    """Gather every text inside the arguments of expectations; some of them are column names."""
    if isinstance(content, str):
        return {content, *content.replace('"', "'").split("'")}
    if isinstance(content, Mapping):
        return set().union(*map(_names_in, content.values())) if content else set()
    if isinstance(content, list | tuple):
        return set().union(*map(_names_in, content)) if content else set()
    return set()


def _validate(
    name: str,
    frame: "pd.DataFrame",
    expectations: Sequence[Expectation],
    kinds: Mapping[str, ColumnType],
) -> Any:  # noqa: ANN401 - Great Expectations has no types
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx  # noqa: PLC0415 - costs seconds
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    logging.getLogger(EXPECTATIONS_ENGINE_LOGGER).setLevel(logging.CRITICAL)  # it logs values
    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )
    asset = context.data_sources.add_pandas("delivery").add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    configurations = [
        {
            "type": item.type,
            "kwargs": _with_dates(item.kwargs, kinds),
            "severity": item.severity,
            "meta": {"position": position, "reason": item.meta.reason},
        }
        for position, item in enumerate(expectations)
    ]
    try:
        suite = gx.ExpectationSuite(name, expectations=configurations)
    except Exception as error:
        raise SuiteError(f"suite {name}: {error}") from error
    with warnings.catch_warnings():
        # of how it calls pandas, for whoever reads its source
        warnings.filterwarnings("ignore", category=UserWarning, module=EXPECTATIONS_ENGINE_LOGGER)
        return batch.validate(
            suite, result_format={"result_format": "COMPLETE", "include_unexpected_rows": False}
        )


def _with_dates(kwargs: Mapping[str, Any], kinds: Mapping[str, ColumnType]) -> dict[str, Any]:
    """Turn bounds of date columns into days since 1970, as the frame has them.

    Great Expectations compares dates one by one in Python, 5 s per million; numbers it compares at
    once.
    """
    kind = kinds.get(str(kwargs.get("column")))
    if kind not in {ColumnType.DATE, ColumnType.TIMESTAMP}:
        return dict(kwargs)
    return {
        name: _days(value) if name in BOUNDS and isinstance(value, str) else value
        for name, value in kwargs.items()
    }


def _days(iso: str) -> int:
    return (date.fromisoformat(iso[:10]) - date(1970, 1, 1)).days


def _verdict(place: str, expectation: Expectation, found: Any) -> Verdict:  # noqa: ANN401 - Great Expectations has no types
    details = found.exception_info or {}
    if details.get("raised_exception", any(isinstance(v, dict) for v in details.values())):
        raise SuiteError(
            f"{place}: expectation {expectation.rule} of table {expectation.meta.table} can't be "
            "computed; does it name a column that passes the border? Mend expectations/ and run "
            "`migstat ingest` again."
        )
    result = found.result
    rows = tuple(sorted({int(row) for row in result.get("unexpected_index_list") or ()}))
    n_failed = int(result.get("unexpected_count", 0 if found.success else 1))
    return Verdict(
        expectation=expectation,
        passed=bool(found.success),
        n_failed=n_failed,
        n_rows=int(result.get("element_count", 0)),
        rows=rows,
    )
