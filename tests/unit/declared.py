"""One sound survey of one country: declaration, staging model and suite, to be broken by tests."""

import shutil
from pathlib import Path

from migstat.declarations import Problem, check_all
from seed_files import CHECKOUT

SOUND = """\
survey: zzz_one
country: ZZZ
title: A survey of nowhere
steward: nobody@example.org
unit: person
export:
  format: csv
  tables:
    persons:
      unit: person
      key: person_id
      columns: {uuid: text, age: integer}
privacy:
  keys: {person_id: [uuid]}
design: {}
waves:
  "2021": {fieldwork: [2021-01-11, 2021-02-26], time_period: "2021"}
"""
COUNTRY = """\
iso3: ZZZ
name: Nowhere
m49: '999'
areas:
  - {code: ZZ-A, name: The east, level: 1}
  - {code: ZZ-B, name: The west, level: 1}
"""
WITH_SEX = SOUND.replace(
    "{uuid: text, age: integer}", "{uuid: text, tel: text, place: text, sex: text, age: integer}"
).replace("[uuid]}\n", "[uuid]}\n  drop: [tel]\n")
STAGING = """\
version: 2
models:
  - name: stg_zzz_one__persons
    columns:
      - name: sex
        config: {meta: {from: sex, codes: {m: M, f: F}, not_stated: ["9"]}}
      - name: age
        config: {meta: {sql: try_cast(age as int)}}
      - name: can_read_write
        config: {meta: {from: place, codes: {east: true, west: false}}}
      - name: ref_area
        config:
          meta:
            from: place
            codes:
              east: ZZ-A
              west: ZZ-B
"""
SUITE = """\
{
  "name": "zzz_one",
  "expectations": [
    {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1},
     "severity": "critical", "meta": {"table": "persons", "reason": "there is no record"}},
    {"type": "expect_column_values_to_be_between", "kwargs": {"column": "age", "max_value": 120},
     "severity": "warning", "meta": {"table": "persons", "reason": "nobody is that old"}}
  ]
}
"""


class Declared:
    """The files of the survey, below a folder that tests may change."""

    def __init__(self, project: Path) -> None:
        """Write every file, beside the catalogue as it is."""
        self.project = project
        self.include = project / "include"
        self.delivery = self.include / "surveys" / "zzz_one" / "delivery.yml"
        self.country = self.include / "countries" / "zzz.yml"
        staging = project / "dbt_project" / "models" / "staging" / "zzz"
        self.staging = staging / "stg_zzz_one__persons.yml"
        self.suite = project / "expectations" / "zzz_one.json"
        shutil.copytree(CHECKOUT / "include" / "catalogue", self.include / "catalogue")
        write(self.country, COUNTRY)
        write(self.delivery, WITH_SEX)
        write(self.staging, STAGING)
        write(self.staging.with_suffix(".sql"), "{{ harmonise() }}\n")
        write(self.suite, SUITE)

    def replace(self, file: Path, old: str, new: str) -> None:
        """Change one place of a file."""
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        write(file, text.replace(old, new))

    def problems(self) -> list[tuple[Path, int, str]]:
        """What a check of everything finds."""
        return [(p.file, p.line, p.message) for p in check_all()]

    def problem(self) -> Problem:
        """The only problem that a check of everything finds."""
        (problem,) = check_all()
        return problem


def write(file: Path, text: str) -> Path:
    """Write a text file and the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
