"""``migstat survey``: the declarations."""

import typer

from migstat.cli.console import fail, out
from migstat.declarations import check_all, load_countries, load_surveys

app = typer.Typer(help="Check what include/ declares.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``check`` a command of its own, also while it is the only one."""


@app.command()
def check() -> None:
    """Print every problem of all declarations at once, with file and line."""
    problems = check_all()
    if problems:
        raise fail("\n".join(map(str, problems)) + f"\n{len(problems)} problems")
    surveys, countries = len(load_surveys()), len(load_countries())
    out.print(f"{surveys} surveys of {countries} countries and the catalogue: no problems")
