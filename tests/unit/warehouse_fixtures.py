"""A small installation to build: the project's own models, two fictional surveys, few indicators.

The raw store and the ledger are filled as an intake would leave them.
"""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from migstat.intake.raw_store import raw_folder
from migstat.ledger import (
    DeliveredFile,
    Delivery,
    FoundDelivery,
    Ledger,
    Outcome,
    TableCounts,
    open_ledger,
)

CHECKOUT = Path(__file__).resolve().parents[2]
INDICATORS = ("DM01", "DM02", "LB01", "GV03")  # one of each unit and kind
PEOPLE, VILLAGES = "zzz_people", "zzz_villages"
UNITS = {PEOPLE: ("person", "persons"), VILLAGES: ("institution", "institutions")}
COLUMNS = {
    PEOPLE: {"id": "text", "sex": "text", "born in": "text", "work": "text", 'w"1': "decimal"},
    VILLAGES: {"id": "text", "law": "text", "n": "text", "w": "decimal"},
}
WEIGHTS = {PEOPLE: 'w"1', VILLAGES: "w"}
MODES = {PEOPLE: {"2021": "snapshot", "2022": "append"}, VILLAGES: {"2021": "snapshot"}}
MAPPINGS: dict[str, dict[str, dict[str, Any]]] = {
    PEOPLE: {
        "sex": {"from": "sex", "codes": {"m": "M", "f": "F"}},
        "age": {"sql": "40"},
        "birth_country": {"from": "born in", "codes": {"here": "ZZZ", "abroad": "XXF"}},
        "labour_status": {"from": "work", "codes": {"yes": "EMP", "no": "UNE"}},
    },
    VILLAGES: {
        "understands_law": {"from": "law", "codes": {"all": "FULL", "some": "PART"}},
    },
}
REPORT = {  # a report of this country, since the real one speaks of other surveys
    "report_figures": {
        "ZZZ-B01": {
            "kind": "EST",
            "line": 1,
            "what": "Unemployment",
            "value": 0,
            "unit": "% of the labour force",
            "indicator": "LB01",
            "tolerance": 0.5,
            "cell": {"survey": "zzz_people", "indicator": "LB01"},
            "universe": "yes",
        },
        "ZZZ-B02": {
            "kind": "DESIGN",
            "line": 2,
            "what": "Villages",
            "value": 20,
            "unit": "villages",
            "indicator": "GV03",
            "count": {"survey": "zzz_villages", "table": "institutions"},
        },
        "ZZZ-B03": {
            "kind": "QUAL",
            "line": 3,
            "what": "Few are out of work",
            "reported": "few",
            "indicator": "LB01",
            "signs": [
                {
                    "left": {"survey": "zzz_people", "indicator": "LB01"},
                    "relation": "<",
                    "value": 50,
                },
            ],
        },
    },
    "recommendations": {
        "ZZZ-1": {"title": "Work", "line": 4, "countries": ["ZZZ"], "indicators": ["LB01"]},
    },
}
Rows = Sequence[tuple[str, ...]]


def people(n: int, work: str = "yes") -> list[tuple[str, ...]]:
    """Records of ``zzz_people``, every third born abroad."""
    return [(f"p{i}", "mf"[i % 2], "abroad" if i % 3 else "here", work, "1.5") for i in range(n)]


def villages(n: int, law: str = "all") -> list[tuple[str, ...]]:
    """Records of ``zzz_villages``."""
    return [(f"v{i}", law, "1", "1") for i in range(n)]


@dataclass
class Warehouse:
    """An installation with declarations and a ledger; every path is below ``root``."""

    root: Path

    @property
    def project(self) -> Path:
        """Declarations and dbt project."""
        return self.root / "project"

    @property
    def home(self) -> Path:
        """All data; its name asks for quoting."""
        return self.root / "o'home"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead migstat here."""
        return {"MIGSTAT_PROJECT": str(self.project), "MIGSTAT_HOME": str(self.home)}

    @property
    def ledger(self) -> Ledger:
        """The ledger, opened anew."""
        return open_ledger()

    @property
    def marts(self) -> Path:
        """The published file."""
        return self.home / "published" / "marts.duckdb"

    def declare(self, survey: str, **changes: Any) -> Path:  # noqa: ANN401 - any field of a declaration
        """Write the declaration of a survey, changed as said."""
        unit, table = UNITS[survey]
        declared = {
            "unit": unit,
            "key": "record_id",
            "columns": COLUMNS[survey],
        }
        modes = changes.pop("modes", MODES[survey])
        days = {"2021": ["2021-01-11", "2021-02-26"], "2022": ["2022-01-11", "2022-02-26"]}
        waves = {w: {"fieldwork": days[w], "mode": m, "time_period": w} for w, m in modes.items()}
        declaration = {
            "survey": survey,
            "country": "ZZZ",
            "title": survey,
            "steward": "nobody@example.org",
            "unit": unit,
            "synthetic": True,
            "export": {"format": "csv", "tables": {table: declared}},
            "privacy": {"keys": {"record_id": ["id"]}},
            "design": {"weight": WEIGHTS[survey]},
            "acceptance": {"max_unmapped_share": 0.2},
            "waves": waves,
            **changes,
        }
        file = self.project / "include" / "surveys" / survey / "delivery.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(declaration, sort_keys=False))
        return file

    def harmonise(self, survey: str, **mappings: Mapping[str, Any]) -> Path:
        """Write the staging model of a survey, some variables mapped otherwise."""
        table = UNITS[survey][1]
        name = f"stg_{survey}__{table}"
        columns = [
            {"name": variable, "config": {"meta": dict(meta)}}
            for variable, meta in {**MAPPINGS[survey], **mappings}.items()
        ]
        folder = self.project / "dbt_project" / "models" / "staging" / "zzz"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.sql").write_text("{{ harmonise() }}\n")
        file = folder / f"{name}.yml"
        models = [{"name": name, "columns": columns}]
        file.write_text(yaml.safe_dump({"version": 2, "models": models}, sort_keys=False))
        return file

    def take_in(self, survey: str, wave: str, rows: Rows) -> Delivery:
        """Store the rows of a delivery and accept it."""
        table, names = UNITS[survey][1], list(COLUMNS[survey])
        content = repr((survey, wave, rows))
        file = DeliveredFile(
            path=f"{survey}/{wave}/{hashlib.sha256(content.encode()).hexdigest()[:8]}.csv",
            size=len(content),
            modified_at="2021-03-01T00:00:00+00:00",
            sha256=hashlib.sha256(content.encode()).hexdigest(),
        )
        delivery = self.ledger.register(
            FoundDelivery(survey, wave, "ZZZ", (file,), MODES[survey][wave])
        )
        raw = pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)})
        digests = [hashlib.sha256(repr(row).encode()).hexdigest()[:32] for row in rows]
        keys = [row[0] for row in rows]
        for name, values in {
            "record_id": keys,
            "_record_key": keys,
            "_payload_hash": digests,
        }.items():
            raw = raw.append_column(name, pa.array(values))
        raw = raw.append_column("_row_number", pa.array(range(1, len(rows) + 1)))
        folder = raw_folder(delivery)
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(raw, folder / f"{table}.parquet")
        counts = {table: TableCounts(len(rows), len(rows), 0)}
        return self.ledger.accept(delivery.delivery_id, Outcome(counts))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the published file as a statistician does."""
        with duckdb.connect(self.marts, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of every public table, times of handling aside."""
        with duckdb.connect(self.marts, read_only=True) as connection:
            tables = connection.execute("select table_name from duckdb_tables()").fetchall()
            return {
                table: connection.execute(
                    f"select columns(lambda c: not ends_with(c, '_at')) from {table} order by all"
                ).fetchall()
                for (table,) in tables
            }


def make_project(project: Path) -> None:
    """Copy the project's models and catalogue; few indicators and margins keep builds short."""
    shutil.copytree(CHECKOUT / "dbt_project", project / "dbt_project")
    for country in (project / "dbt_project" / "models" / "staging").iterdir():
        shutil.rmtree(country)
    for unit_tests in (project / "dbt_project" / "models" / "intermediate").glob("*__*.yml"):
        unit_tests.unlink()
    include = project / "include"
    shutil.copytree(CHECKOUT / "include" / "catalogue", include / "catalogue")
    catalogue = include / "catalogue"
    indicators = yaml.safe_load((catalogue / "indicators.yml").read_text())
    few = {code: indicators[code] for code in INDICATORS}
    few["DM01"]["of"] = ["mig_status"]
    (catalogue / "indicators.yml").write_text(yaml.safe_dump(few, sort_keys=False))
    disclosure = yaml.safe_load((catalogue / "disclosure.yml").read_text())
    disclosure["sensitive"]["indicators"] = {}
    disclosure["ladders"] = {"default": disclosure["ladders"]["default"]}
    (catalogue / "disclosure.yml").write_text(yaml.safe_dump(disclosure, sort_keys=False))
    cube = yaml.safe_load((catalogue / "disaggregations.yml").read_text())
    cube["margins"] = {
        table: [m for m in margins if m in ([], ["mig_status"], ["hh_mig"])]
        for table, margins in cube["margins"].items()
    }
    (catalogue / "disaggregations.yml").write_text(yaml.safe_dump(cube, sort_keys=False))
    for name, entry in REPORT.items():
        (catalogue / f"{name}.yml").write_text(yaml.safe_dump(entry, sort_keys=False))
    (include / "countries").mkdir()
    country_facts = {"iso3": "ZZZ", "name": "Nowhere", "m49": "999"}
    (include / "countries" / "zzz.yml").write_text(yaml.safe_dump(country_facts))
