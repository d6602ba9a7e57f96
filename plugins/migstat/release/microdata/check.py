"""Whether files of records are what the profile allows: read back, and judged anew.

Shares no code with what coarsens, withholds and writes: it counts what stands in the files, and
names no value of a record in what it finds.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyreadstat
from lxml import etree

from migstat.declarations import Country
from migstat.declarations.microdata import FileRules, Microdata

DDI = "{ddi:codebook:2_5}"
BESIDE = ("record", "weight")
STATA_OF = {-1.0: "a", -2.0: "b", -3.0: "c", -4.0: "d"}  # kinds of missing answers in both

Rows = list[tuple[object, ...]]


def check_folder(
    folder: Path, stems: Sequence[str], rules: Microdata, country: Country
) -> list[str]:
    """Find what should not leave in the files of one survey wave.

    Args:
        folder: Where they lie.
        stems: Names of the files of persons and of households, ``<survey>_<wave>_<table>``.
        rules: What the profile allows.
        country: Whose areas may be told.

    Returns:
        Combinations that too few records share; numbers and weights that too few have; variables
        and areas that may not be told; differences between SPSS, Stata and the codebook.
    """
    findings: list[str] = []
    for stem in stems:
        survey_wave, _, table = stem.rpartition("_")
        names, rows = _read(folder / f"{stem}.sav")
        variables = _codebook(folder / f"{survey_wave}_ddi.xml", table)
        found = [
            *_same_in_stata(folder / f"{stem}.dta", names, rows),
            *_variables(names, rules.files[table], rules),
            *_combinations(names, rows, rules.files[table], rules.min_records),
            *_numbers(names, rows, rules),
            *_means(names, rows, rules.files[table], rules, variables),
            *_record_numbers(names, rows),
            *_as_described(names, rows, variables),
            *_areas(variables, rules, country),
        ]
        findings += [f"{stem}: {finding}" for finding in found]
    return findings


def _read(file: Path) -> tuple[list[str], Rows]:
    columns, meta = pyreadstat.read_sav(str(file), user_missing=True, output_format="dict")
    names = list(meta.column_names)
    return names, list(zip(*(list(columns[name]) for name in names), strict=True))


def _same_in_stata(file: Path, names: list[str], rows: Rows) -> Iterator[str]:
    columns, meta = pyreadstat.read_dta(str(file), user_missing=True, output_format="dict")
    if list(meta.column_names) != names:
        yield "SPSS and Stata have other variables"
        return
    for i, name in enumerate(names):
        of_stata = [v if isinstance(v, str) else float(v) for v in columns[name]]
        of_spss = [_stata(row[i]) if name not in BESIDE else float(str(row[i])) for row in rows]
        if of_stata != of_spss:
            yield f"{name}: SPSS and Stata differ"


def _stata(value: object) -> object:
    number = float(str(value))
    return STATA_OF.get(number, number)


def _variables(names: list[str], file: FileRules, rules: Microdata) -> Iterator[str]:
    for name in names:
        if name in rules.never or name not in (*BESIDE, *file.variables):
            yield f"{name} may not be released"
    for name in BESIDE:
        if name not in names:
            yield f"{name} is missing"


def _combinations(names: list[str], rows: Rows, file: FileRules, least: int) -> Iterator[str]:
    known = [i for i, name in enumerate(names) if name in file.quasi_identifiers]
    counts = Counter(tuple(row[i] for i in known) for row in rows)
    rare = sorted((n, told) for told, n in counts.items() if n < least)
    if rare:
        of = ", ".join(names[i] for i in known)
        yield f"{len(rare)} combinations of {of} have fewer than {least} records, one {rare[0][0]}"


def _numbers(names: list[str], rows: Rows, rules: Microdata) -> Iterator[str]:
    for name, steps in rules.coarsen.items():
        if name in names:
            values = {float(str(row[names.index(name)])) for row in rows}
            fine = [v for v in values if v >= 0 and (v % steps.step or v > steps.top)]
            if fine:
                told = f"{steps.step} up to {steps.top}"
                yield f"{name}: values that are no step of {told}: {len(fine)}"


def _means(
    names: list[str],
    rows: Rows,
    file: FileRules,
    rules: Microdata,
    variables: dict[str, etree._Element],
) -> Iterator[str]:
    """Numbers that are no quasi-identifiers, and weights: none may belong to too few."""
    for name in names:
        codes = variables[name].iterfind(f"{DDI}catgry") if name in variables else ()
        is_number = all(one.get("missing") for one in codes)
        if not is_number or name == "record" or name in file.quasi_identifiers:
            continue
        values = Counter(float(str(row[names.index(name)])) for row in rows)
        rare = [v for v, n in values.items() if n < rules.min_records and v >= 0]
        if rare:
            told = f"{len(rare)} values of fewer than {rules.min_records} records"
            yield f"{name}: {told}"


def _record_numbers(names: list[str], rows: Rows) -> Iterator[str]:
    numbers = [row[names.index("record")] for row in rows] if "record" in names else []
    if numbers != [float(i + 1) for i in range(len(rows))]:
        yield "the records are not numbered in their order"


def _codebook(file: Path, table: str) -> dict[str, etree._Element]:
    root = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    described = root.iterfind(f"{DDI}dataDscr/{DDI}var")
    return {str(v.get("name")): v for v in described if v.get("files") == f"F_{table}"}


def _as_described(
    names: list[str], rows: Rows, variables: dict[str, etree._Element]
) -> Iterator[str]:
    if list(variables) != names:
        yield "the codebook describes other variables"
        return
    for i, name in enumerate(names):
        counts = Counter(float(str(row[i])) for row in rows)
        told = {
            float(one.findtext(f"{DDI}catValu") or math.nan): int(
                one.findtext(f"{DDI}catStat") or 0
            )
            for one in variables[name].iterfind(f"{DDI}catgry")
        }
        wrong = [number for number, n in told.items() if counts[number] != n]
        if wrong:
            yield f"{name}: the codebook counts other records of {wrong[0]:g}"
        has_codes = any(number >= 0 for number in told)
        strange = [number for number in counts if has_codes and number not in told]
        if strange:
            yield f"{name}: values in no list of the codebook: {len(strange)}"


def _areas(
    variables: dict[str, etree._Element], rules: Microdata, country: Country
) -> Iterator[str]:
    levels = {area.code: area.level for area in country.areas}
    if (area := variables.get("ref_area")) is None:
        return
    for one in area.iterfind(f"{DDI}catgry"):
        code = one.findtext(f"{DDI}txt") or ""
        if not one.get("missing") and levels.get(code, rules.area_level + 1) > rules.area_level:
            yield f"ref_area: {code} is finer than level {rules.area_level}"
