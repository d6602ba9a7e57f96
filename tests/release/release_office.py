"""A fictional office with published marts, from which releases are made in tests."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml
from migstat.ledger import Ledger, open_ledger
from migstat.release.making import plan
from migstat.release.release import Release

CHECKOUT = Path(__file__).resolve().parents[2]
COUNTRY = "ZZZ"
NOW = datetime(2021, 7, 1, 12, tzinfo=UTC)
DIRECTOR = {"name": "A. Director", "user": "director"}
OFFICER = {"name": "B. Officer", "user": "7"}
DECLARED: dict[str, Any] = {
    "iso3": COUNTRY,
    "name": "Zedland",
    "m49": "998",
    "names": {"en": "Zedland"},
    "areas": [
        {"code": "ZZ-N", "name": "North", "level": 1},
        {"code": "ZZ-N-1", "name": "Old Town", "level": 2},
        {"code": "ZZ-S", "name": "South", "level": 1},
    ],
    "release": {
        "publisher": "Office of Zedland",
        "contact": "office@example.org",
        "languages": ["es", "en"],
        "calendar": [
            {"date": "2021-06-30", "period": "2020"},
            {"date": "2022-06-30", "period": "2021"},
        ],
        "embargo": {"time": "10:00", "zone": "Europe/Madrid"},
        "revisions": "at_once",
    },
}
DELIVERED = """
survey: zzz_people
country: ZZZ
title: Survey of Zedland
steward: steward@example.org
unit: person
export:
  format: csv
  tables: {persons: {unit: person, key: person_id, columns: {id: text, w: decimal}}}
privacy: {keys: {person_id: [id]}}
design: {weight: w}
waves:
  "2020": {fieldwork: [2020-10-05, 2020-11-27], time_period: "2020"}
  "2021": {fieldwork: [2021-10-05, 2021-11-27], time_period: "2021"}
"""
DIMENSIONS = (
    "ref_area",
    "mig_status",
    "hh_mig",
    "birth",
    "citizenship",
    "sex",
    "age",
    "urbanisation",
    "breakdown",
)
SCHEMAS = {
    "indicator_estimates": (
        "country_code text, survey_code text, wave text, time_period text, indicator_code text, "
        + ", ".join(f"{name} text" for name in DIMENSIONS)
        + ", unit_measure text, obs_value double, std_error double, ci_lower double, "
        "ci_upper double, cv double, deff double, n_obs bigint, n_dk bigint, n_psu bigint, "
        "df bigint, population double, obs_status text, conf_status text, reliability text, "
        "variance_method text, definition_version text, survey_delivery text, "
        "reliability_rule text, n_eff double, is_synthetic boolean"
    ),
    "contributors": (
        "country_code text, survey_code text, wave text, unit text, indicator_code text, "
        + ", ".join(f"{name} text" for name in DIMENSIONS)
        + ", n_obs bigint, n_yes bigint, n_dk bigint, n_key bigint, yes_key bigint, "
        + ", ".join(
            f"{part}_{what} decimal(24, 4)"
            for part in "yx"
            for what in ("sum", "absolute", "largest", "second")
        )
    ),
    "indicator_coverage": (
        "country_code text, survey_code text, wave text, time_period text, indicator_code text, "
        "disaggregation text, coverage text, n_cells bigint, n_reliable bigint, n_caution bigint, "
        "n_needed_cell bigint, n_needed bigint, missing_variables text, is_synthetic boolean"
    ),
    "migrant_gaps": (
        "country_code text, survey_code text, wave text, time_period text, indicator_code text, "
        "dimension text, status text, reference text, ref_area text, sex text, age text, "
        "breakdown text, unit_measure text, value_status double, value_reference double, "
        "difference double, diff_std_error double, diff_ci_lower double, diff_ci_upper double, "
        "p_value double, ratio double, ratio_std_error double, ratio_ci_lower double, "
        "ratio_ci_upper double, n_obs_status bigint, n_obs_reference bigint, df bigint, "
        "reliability text, definition_version text, survey_delivery text, is_synthetic boolean"
    ),
    "recommendation_evidence": (
        "recommendation_id text, title text, line int, country_code text, indicator_code text, "
        "survey_code text, wave text, time_period text, mig_status text, unit_measure text, "
        "obs_value double, std_error double, ci_lower double, ci_upper double, n_obs bigint, "
        "reliability text, gap_dimension text, gap_status text, gap_reference text, gap double, "
        "gap_ci_lower double, gap_ci_upper double, gap_p_value double, gap_reliability text, "
        "gap_n_compared bigint, evidence text, missing text, is_synthetic boolean"
    ),
    "report_comparison": (
        "figure_id text, country_code text, kind text, line int, what text, reported_text text, "
        "reported_value double, unit text, indicator_code text, survey_code text, wave text, "
        "time_period text, ref_area text, mig_status text, hh_mig text, birth text, citizenship "
        "text, sex text, age text, urbanisation text, breakdown text, obs_value double, "
        "std_error double, ci_lower double, ci_upper double, n_obs bigint, reliability text, "
        "compared_value double, difference double, tolerance double, universe text, result "
        "text, rule text, note text, is_synthetic boolean"
    ),
    "surveys": (
        "survey_code text, wave text, country_code text, title text, unit text, time_period text, "
        "is_weighted boolean, is_synthetic boolean, min_contributors int, steward text"
    ),
    "deliveries": (
        "delivery_id text, survey_code text, wave text, country_code text, state text, "
        "delivery_sequence bigint, delivery_round bigint, superseded_by text, n_rows_in bigint, "
        "n_accepted bigint, n_quarantined bigint, undeclared_columns text, reason text, "
        "registered_at text, decided_at text"
    ),
    "quality_results": (
        "survey_code text, wave text, delivery_id text, position bigint, table_name text, "
        "rule text, severity text, n_failed bigint, n_rows bigint, reason text"
    ),
    "unmapped_answers": (
        "survey_code text, wave text, table_name text, variable text, raw_column text, "
        "answer text, n_records bigint, n_answers bigint"
    ),
    "record_changes": (
        "survey_code text, wave text, table_name text, delivery_id text, "
        "previous_delivery_id text, record_key text, change text"
    ),
}
LEAF = {
    "ref_area": "ZZ-N-1",
    "mig_status": "NM_NAT",
    "hh_mig": "H_NON",
    "birth": "NB",
    "citizenship": "CIT",
    "sex": "F",
    "age": "Y25T34",
    "urbanisation": "U",
}
ESTIMATE: dict[str, Any] = {
    "country_code": COUNTRY,
    "survey_code": "zzz_people",
    "wave": "2020",
    "time_period": "2020",
    "indicator_code": "LB01",
    **dict.fromkeys(DIMENSIONS, "_T"),
    "unit_measure": "PT",
    "obs_value": 12.345,
    "std_error": 1.26,
    "ci_lower": 10.04,
    "ci_upper": 15.06,
    "n_obs": 400,
    "obs_status": "A",
    "conf_status": "F",
    "reliability": "reliable",
    "definition_version": "1",
    "survey_delivery": "d1",
    "is_synthetic": True,
}
SURVEY: dict[str, Any] = {
    "survey_code": "zzz_people",
    "wave": "2020",
    "country_code": COUNTRY,
    "title": "Survey of Zedland",
    "unit": "person",
    "time_period": "2020",
    "is_weighted": True,
    "is_synthetic": True,
    "min_contributors": 10,
    "steward": "steward@example.org",
}
DELIVERY: dict[str, Any] = {
    "delivery_id": "d1",
    "survey_code": "zzz_people",
    "wave": "2020",
    "country_code": COUNTRY,
    "state": "accepted",
    "n_rows_in": 410,
    "n_accepted": 405,
    "n_quarantined": 5,
    "registered_at": "2021-03-01T00:00:00+00:00",
}


def estimate(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - values of any column
    """An estimate of the survey; unemployment of all where nothing is said."""
    return ESTIMATE | changes


def row(one: dict[str, Any], *, shown: bool = True, weighted: bool = True) -> dict[str, Any]:
    """An estimate with what disclosure control says of it."""
    marks = {"is_shown": shown, "is_weighted": weighted, "is_perturbed": False}
    return {"unit_obs": "person"} | marks | one


def contributors(estimates: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who stands behind estimates: of each table the finest figures are the leaves."""
    tables: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for one in estimates:
        key = tuple(one[name] for name in ("survey_code", "wave", "indicator_code", "breakdown"))
        tables.setdefault(key, []).append(one)
    leaves = []
    for rows in tables.values():
        finest = max(_depth(one) for one in rows)
        leaves += [_leaf(one) for one in rows if _depth(one) == finest]
    return leaves


def _depth(one: Mapping[str, Any]) -> int:
    return sum(one[name] != "_T" for name in LEAF)


def _leaf(one: Mapping[str, Any]) -> dict[str, Any]:
    copied = ("country_code", "survey_code", "wave", "indicator_code", "breakdown", "n_obs")
    codes = {name: code if one[name] == "_T" else one[name] for name, code in LEAF.items()}
    share = one["obs_value"] or 0
    return {
        **{name: one[name] for name in copied},
        **codes,
        "unit": "person",
        "n_yes": round(one["n_obs"] * share / 100),
        "n_dk": 0,
    }


def by_sex(**changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - values of any column
    """A total, which may be changed, and its two parts."""
    return [
        estimate(**changes),
        estimate(sex="F", obs_value=14.0, n_obs=210),
        estimate(sex="M", obs_value=10.5, n_obs=190),
    ]


def planned(office: "Office") -> Release:
    """The release that an office would make now."""
    return plan(COUNTRY, office.ledger, clock=office.clock).release


@dataclass
class Office:
    """An installation of one country; every path is below ``root``.

    Attributes:
        root: Empty folder to work in.
        now: What the clock tells.
    """

    root: Path
    now: datetime = NOW
    declared: dict[str, Any] = field(default_factory=lambda: yaml.safe_load(yaml.dump(DECLARED)))

    @property
    def environment(self) -> dict[str, str]:
        """Variables that point at this installation."""
        return {
            "MIGSTAT_PROJECT": str(self.root / "project"),
            "MIGSTAT_HOME": str(self.home),
            "MIGSTAT_LEDGER_URL": "",
            "MIGSTAT_SIGNING_KEY_FILE": "",
        }

    @property
    def home(self) -> Path:
        """All data."""
        return self.root / "home"

    @property
    def ledger(self) -> Ledger:
        """The ledger of the installation."""
        return open_ledger()

    def clock(self) -> datetime:
        """Tell the time."""
        return self.now

    def declare(self, **release: Any) -> None:  # noqa: ANN401 - parts of a declaration
        """Write the declarations; what is named of the release section is changed first."""
        include = self.root / "project" / "include"
        if not include.is_dir():
            shutil.copytree(CHECKOUT / "include" / "catalogue", include / "catalogue")
            shutil.copytree(CHECKOUT / "include" / "translations", include / "translations")
            (include / "fonts").symlink_to(CHECKOUT / "include" / "fonts")
            (include / "countries").mkdir()
            survey = include / "surveys" / "zzz_people" / "delivery.yml"
            survey.parent.mkdir(parents=True)
            survey.write_text(DELIVERED)
        self.declared["release"] |= release
        file = include / "countries" / f"{COUNTRY.lower()}.yml"
        file.write_text(yaml.safe_dump(self.declared, allow_unicode=True), encoding="utf-8")

    def publish(
        self, estimates: Iterable[Mapping[str, Any]], **others: Iterable[Mapping[str, Any]]
    ) -> None:
        """Publish marts with these rows; of the other tables one row of the survey, or these."""
        estimates = list(estimates)
        rows = {
            "contributors": contributors(estimates),
            "surveys": [SURVEY],
            "deliveries": [DELIVERY],
            "indicator_estimates": estimates,
            **others,
        }
        file = self.home / "published" / "marts.duckdb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        with duckdb.connect(file) as connection:
            for name, schema in SCHEMAS.items():
                connection.execute(f"create table {name} ({schema})")
                for row in rows.get(name, ()):
                    columns, marks = ", ".join(row), ", ".join("?" * len(row))
                    statement = f"insert into {name} ({columns}) values ({marks})"
                    connection.execute(statement, list(row.values()))

    def files(self, number: int = 1) -> Path:
        """Folder of what leaves of a vintage."""
        return self.home / "releases" / COUNTRY.lower() / f"v{number}" / "files"

    def extract(self, number: int = 1) -> Path:
        """Folder of the extract of a vintage."""
        return self.home / "extracts" / COUNTRY.lower() / f"v{number}"
