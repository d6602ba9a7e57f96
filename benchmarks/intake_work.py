"""What the processes of the intake's benchmark do; each prints the times it clocked as JSON.

``python -m benchmarks.intake_work copy|suite|take_in FILE FOLDER``
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, clock
from benchmarks.project import SURVEY
from benchmarks.survey_file import write_survey_file

FEW = 10
WARM, FIXED, LARGE = "2021Q1", "2021Q2", "2021Q3"


def copy(file: Path, folder: Path) -> dict[str, Cost]:
    """Let DuckDB copy the file to Parquet, all at its defaults."""
    import duckdb  # noqa: PLC0415 - outside the clock, inside this process only

    cost = Cost()
    with duckdb.connect() as connection, clock(cost):
        connection.execute(f"copy (from '{file}') to '{folder / 'copied.parquet'}'")
    return {"copy": cost}


def suite(file: Path, folder: Path) -> dict[str, Cost]:
    """Let Great Expectations alone judge the frame that the intake gives it."""
    import great_expectations as gx  # noqa: PLC0415 - outside the clock
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    def judge(rows: Any) -> None:  # noqa: ANN401 - a frame of pandas, imported late
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = context.data_sources.add_pandas("bare").add_dataframe_asset("persons")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": rows})
        batch.validate(gx.ExpectationSuite("bare", expectations=expectations))

    frame, expectations = _frame_and_expectations(file, folder)
    for _ in (WARM, FIXED):  # what is loaded at the first use, as outside the intake's clock
        judge(frame.head(FEW))
    cost = Cost()
    with clock(cost):
        judge(frame)
    return {"suite": cost}


def take_in(file: Path, folder: Path) -> dict[str, Cost]:
    """Take ten rows in twice, so that everything is loaded, then the large file."""
    from migstat.intake import drop_zone  # noqa: PLC0415 - outside the clock
    from migstat.intake.take_in import take_in as take  # noqa: PLC0415
    from migstat.ledger import open_ledger  # noqa: PLC0415

    ledger = open_ledger()
    for seed, wave in enumerate((WARM, FIXED), start=1):
        few = write_survey_file(folder / f"few{seed}.csv", FEW, seed)
        drop_zone.hand_in([few], SURVEY, wave)
    drop_zone.hand_in([file], SURVEY, LARGE)
    drop_zone.register(ledger)
    drop_zone.register(ledger)
    by_wave = {delivery.wave: delivery.delivery_id for delivery in ledger.waiting()}
    costs = {wave: Cost() for wave in (WARM, FIXED, LARGE)}
    for wave, cost in costs.items():
        with clock(cost):
            take(by_wave[wave], ledger)
    return {"first": costs[WARM], "fixed": costs[FIXED], "take_in": costs[LARGE]}


def _frame_and_expectations(file: Path, folder: Path) -> tuple[Any, list[dict[str, Any]]]:
    """Make the frame as the intake does: the rows no rule holds back, typed."""
    import duckdb  # noqa: PLC0415
    from migstat.declarations import TableName, load_country, load_survey  # noqa: PLC0415
    from migstat.intake.acceptance import load_suite, typed_frame  # noqa: PLC0415
    from migstat.intake.answers import open_answers  # noqa: PLC0415
    from migstat.intake.privacy import load_secret  # noqa: PLC0415
    from migstat.intake.rules import hold_back  # noqa: PLC0415

    text = folder / "text.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy (from read_csv('{file}', all_varchar = true)) to '{text}'")
    survey = load_survey(SURVEY)
    table = TableName.PERSONS
    answers = open_answers(
        survey=survey,
        wave=survey.waves[LARGE],
        country=load_country(survey.country),
        secret=load_secret(),
        tables={table: text},
        scratch=folder,
        place=SURVEY,
    )
    hold_back(answers, table)
    expectations = load_suite(SURVEY).of_table(table)
    frame = typed_frame(answers, table, expectations)
    answers.connection.close()
    return frame, [
        {
            "type": item.type,
            "kwargs": {name: _as_days(value) for name, value in item.kwargs.items()},
        }
        for item in expectations
    ]


def _as_days(value: object) -> object:
    """Turn an ISO date into days since 1970, as the frame has dates."""
    try:
        return (date.fromisoformat(str(value)) - date(1970, 1, 1)).days
    except ValueError:
        return value


WORK: dict[str, Callable[[Path, Path], dict[str, Cost]]] = {
    "copy": copy,
    "suite": suite,
    "take_in": take_in,
}

if __name__ == "__main__":
    costs = WORK[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    print(json.dumps({name: asdict(cost) for name, cost in costs.items()}))
