"""``migstat survey``: the declarations."""

from pathlib import Path
from typing import Annotated

import typer

from migstat.cli.console import fail, out
from migstat.declarations import DeclarationError, Unit, check_all, load_countries, load_surveys

app = typer.Typer(help="Draft and check what include/ declares.", no_args_is_help=True)


@app.command()
def check() -> None:
    """Print every problem of all declarations at once, with file and line."""
    problems = check_all()
    if problems:
        raise fail("\n".join(map(str, problems)) + f"\n{len(problems)} problems")
    surveys, countries = len(load_surveys()), len(load_countries())
    out.print(f"{surveys} surveys of {countries} countries and the catalogue: no problems")


@app.command()
def new(
    code: Annotated[str, typer.Argument(help="The survey: country and name, like slv_household.")],
    *,
    export: Annotated[
        Path,
        typer.Option(help="An export with answers: .csv .tab .xlsx .sav .dta, or a .zip of CSV."),
    ],
    xlsform: Annotated[
        Path | None, typer.Option(help="Its XLSForm (.xlsx): types, labels, choices.")
    ] = None,
    wave: Annotated[
        str | None,
        typer.Option(
            help="2024, 2024Q2, 2024M05 or 2024R1; by default the year of the interviews."
        ),
    ] = None,
    unit: Annotated[
        Unit, typer.Option(help="What a row is, where the export is one table without repeats.")
    ] = Unit.PERSON,
    into: Annotated[
        Path | None, typer.Option(help="Project to write into; by default this one.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Replace files that are there.")] = False,
) -> None:
    """Draft all files of a survey from one of its exports.

    Writes include/surveys/CODE/delivery.yml, expectations/CODE.json, a staging model per table and,
    where the country is new, include/countries/ISO3.yml: all of them or none, and never over a file
    that is there.

    Every guess carries a comment "check this" with its reason. Names, telephones, positions, free
    text and whatever can't be judged stand under privacy.drop: take out what is harmless.
    Dialect and encoding are guessed now and written down; intake never guesses.

    What a file can't tell (sampling design, steward, areas) is printed as a list at the end.

    Example: `migstat survey new eth_rms --export rms.xlsx --xlsform RMS_CAPI_v3.xlsx`; then read
    the files, mend them, and run `migstat survey check`.
    """
    from migstat.drafting import (  # noqa: PLC0415 - the readers' libraries are slow to import
        FilesExistError,
        LookError,
        Order,
        draft_survey,
        write_files,
    )

    try:
        draft = draft_survey(Order(code, export, wave, xlsform, unit, into))
        written = write_files(draft.files, force=force)
    except FilesExistError as error:
        raise fail(f"{code}: {error}\nUse --force to replace them.") from error
    except (LookError, DeclarationError) as error:
        raise fail(f"{code}: {error}") from error
    for title, lines in (
        ("Written:", [str(file) for file in written]),
        ("Found:", draft.found),
        ("To do before the first delivery:", draft.to_do),
    ):
        out.print(
            "\n".join([title, *(f"  {line}" for line in lines)]), markup=False, soft_wrap=True
        )
    out.print("Then: `migstat survey check`, `migstat drop`.", markup=False)
