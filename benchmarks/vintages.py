"""Three successive vintages of every country's seed release, attacked together: figures, not times.

Between two vintages every survey loses some of its records and gets back those that it lost before,
as a revision of the microdata does it.
"""

import shutil
import sys
from pathlib import Path

import duckdb
from migstat.declarations import load_releasing_countries

from benchmarks.installation import Installation
from benchmarks.measure import Finding, run, say

PARENT = "_parent_key"
VINTAGES = 3
FIRST_REVISED = 2
ONE_IN = 300  # records that are not in a vintage after the first; one where there are fewer


def measure(folder: Path, rounds: int) -> list[Finding]:  # noqa: ARG001 - the same every time
    """Release each country three times, and let a linear program attack all that is out."""
    seeds, countries = Installation(folder), [one.iso3 for one in load_releasing_countries()]
    say("vintages: taking in the seed exports")
    seeds.take_in_seeds()
    raw, first = seeds.home / "raw", folder / "raw"
    shutil.copytree(raw, first)
    for number in range(1, VINTAGES + 1):
        if number >= FIRST_REVISED:
            revise(first, raw, number)
            seeds.build_anew()
        for iso3 in countries:
            _release(seeds, iso3, number)
    return [finding for iso3 in countries for finding in _attacked(seeds, iso3)]


def _release(seeds: Installation, iso3: str, number: int) -> None:
    """Make a vintage; one that is refused does not leave, and is told."""
    try:
        seeds.release(iso3)
    except RuntimeError:
        said = seeds.log.read_text(encoding="utf-8").splitlines()[-1]
        say(f"vintages: {iso3} v{number} does not leave: {said}")
    else:
        say(f"vintages: {iso3} v{number}")


def _attacked(seeds: Installation, iso3: str) -> list[Finding]:
    say(f"vintages: attacking {iso3}")
    command = [sys.executable, "-m", "benchmarks.vintages_work", iso3]
    answer = run(command, seeds.environment, seeds.log).answer
    found, withheld = answer["attacked"], tuple(answer["withheld"].values())
    return [
        Finding(f"{iso3}: vintages that left", str(VINTAGES), (float(len(withheld)),), 0),
        Finding("  revisions of a wave that were postponed", "", (found["postponed"],), 0),
        Finding("  figures not to be known", "", (found["secrets"],), 0),
        Finding("  recovered from all of them", "0", (found["recovered"],), 0),
        Finding("  narrower than asked for", "0", (found["narrow"],), 0),
        Finding("  withheld for disclosure by vintage, %", "≤ 20", withheld, 1),
    ]


def revise(first: Path, raw: Path, number: int) -> None:
    """Leave some records and all below them out of what was accepted; others in each vintage."""
    for folder in sorted({file.parent for file in first.rglob("*.parquet")}):
        with duckdb.connect() as connection:
            connection.execute("create table gone (record varchar)")
            keys = {file: _key_of(file) for file in sorted(folder.glob("*.parquet"))}
            # first the tables that have none above them: they say who is gone
            for file, record in sorted(keys.items(), key=lambda pair: pair[1] == PARENT):
                if record != PARENT:
                    connection.execute(
                        f"insert into gone select {record} from '{file}' qualify "
                        f"(row_number() over (order by md5({record})) - 1) // "
                        f"ceil(count(*) over () / {ONE_IN})::int = {number - FIRST_REVISED}"
                    )
                target = raw / file.relative_to(first)
                target.unlink()
                connection.execute(
                    f"copy (from '{file}' where {record} not in (from gone)) "
                    f"to '{target}' (format parquet)"
                )


def _key_of(file: Path) -> str:
    """The column by which a record goes: its own key, or that of the record above."""
    with duckdb.connect() as connection:
        names = {name for name, *_ in connection.execute(f"describe from '{file}'").fetchall()}
    return PARENT if PARENT in names else "_record_key"
