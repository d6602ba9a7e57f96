"""Making a release of records, as the command does it: gather, protect, write, prove, put out."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from migstat.declarations import (
    Catalogue,
    Country,
    load_catalogue,
    load_country,
    load_survey,
    load_translations,
)
from migstat.declarations.microdata import Microdata
from migstat.disk import empty_folder, sync, sync_tree
from migstat.ledger.types import utc_now
from migstat.paths import paths
from migstat.release.calendar import WaveKey, find_due
from migstat.release.errors import MicrodataError
from migstat.release.hashes import compare_hashes, hash_files
from migstat.release.inputs import wave_periods
from migstat.release.making import told_if_full
from migstat.release.microdata.check import check_folder
from migstat.release.microdata.codebook import Study, write_codebook
from migstat.release.microdata.columns import Vocabulary, in_language
from migstat.release.microdata.files import write_files
from migstat.release.microdata.gather import read_records
from migstat.release.microdata.model import RECORD, WEIGHT
from migstat.release.microdata.records import Setting, make_records
from migstat.release.microdata.report import REPORT, FileCounts, write_report
from migstat.release.producer import producer
from migstat.release.release import release_of
from migstat.warehouse.published import open_published

DIGITS = 12
Raw = dict[tuple[WaveKey, str], pd.DataFrame]


@dataclass(frozen=True)
class Made:
    """A release of records.

    Attributes:
        folder: Where it lies.
        counts: What was withheld, per file.
        is_new: Whether it was put there now.
    """

    folder: Path
    counts: tuple[FileCounts, ...]
    is_new: bool


def release_microdata(
    iso3: str, out: Path | None = None, *, clock: Callable[[], datetime] = utc_now
) -> Made:
    """Release the records of a country's surveys whose tables may be out.

    Args:
        iso3: The country.
        out: Folder of the release; without, one under ``data/microdata`` of its own.
        clock: Tells the time: nothing leaves before the embargo of its tables.

    Raises:
        MicrodataError: The country's profile allows none; no survey is named; the files do not
            keep what the profile wants; the folder holds something else.
        ReleaseError: No date is announced, or the embargo has not ended.
    """
    country, catalogue = load_country(iso3), load_catalogue()
    rules = rules_of(country, catalogue)
    raw = _read(country, rules, clock())
    vocabulary = Vocabulary(catalogue, country, load_translations())
    release = _identity(raw, rules, country, catalogue)
    target = out or paths().microdata / country.iso3.lower() / release
    aside = target.with_name(f".{target.name}.making")
    with told_if_full(country.iso3), empty_folder(aside):
        counts = _write(raw, Setting(country, rules, vocabulary, release), aside)
        is_new = _put(aside, target)
    return Made(target, counts, is_new)


def rules_of(country: Country, catalogue: Catalogue) -> Microdata:
    """Say how the records of a country are released.

    Raises:
        MicrodataError: Its profile releases none, or the country names no survey.
    """
    own = country.disclosure
    rules = catalogue.disclosure.profiles[own.profile].microdata
    if rules is None:
        raise MicrodataError(
            f"{country.name}: its disclosure profile {own.profile!r} allows no microdata"
        )
    if not own.microdata:
        raise MicrodataError(
            f"{country.name}: no survey stands under disclosure.microdata; no records are released"
        )
    return rules


def _read(country: Country, rules: Microdata, now: datetime) -> Raw:
    allowed = country.disclosure.microdata
    with open_published() as marts:
        periods = wave_periods(marts, country.iso3)
        due = find_due(release_of(country), periods, now, country.name)
        waves = sorted(wave for wave in due.announced if wave[0] in allowed)
        if not waves:
            raise MicrodataError(f"{country.name}: of {', '.join(allowed)} no figures are out yet")
        return {
            (wave, table): frame
            for wave in waves
            for table, file in rules.files.items()
            if not (frame := read_records(marts, table, wave, file.variables)).empty
        }


def _identity(raw: Raw, rules: Microdata, country: Country, catalogue: Catalogue) -> str:
    """Name what is released by all it is made from: another content has other record numbers."""
    digest = hashlib.sha256(f"{producer()} {rules.model_dump_json()}".encode())
    digest.update(country.model_dump_json().encode())
    digest.update(repr(catalogue.code_lists).encode())
    for (wave, table), frame in sorted(raw.items(), key=lambda item: item[0]):
        digest.update(f"{wave} {table}\n{frame.to_csv(index=False)}".encode())
    return digest.hexdigest()[:DIGITS]


def _write(raw: Raw, setting: Setting, folder: Path) -> tuple[FileCounts, ...]:
    country, rules = setting.country, setting.rules
    counts, language = [], release_of(country).languages[0]
    for wave in sorted({wave for wave, _ in raw}):
        study = _study(wave, setting)
        files = []
        for table in rules.files:
            if (frame := raw.get((wave, table))) is not None:
                records = make_records(frame, wave, table, setting)
                write_files(records, study.words, language, folder)
                files.append(records)
                counts.append(FileCounts.of(records, float(frame[WEIGHT].sum())))
        write_codebook(study, files, folder)
        stems = [records.stem for records in files]
        if findings := check_folder(folder, stems, rules, country):
            raise MicrodataError(f"nothing is released: {'; '.join(findings)}")
    write_report(counts, rules, country, setting.release, folder / REPORT)
    return tuple(counts)


def _study(wave: WaveKey, setting: Setting) -> Study:
    country, rules, vocabulary = setting.country, setting.rules, setting.vocabulary
    survey = load_survey(wave[0])
    names = {c.name: c.labels for c in vocabulary.columns("persons", rules) if c.is_known}
    known = {
        language: ", ".join(str(in_language(labels, language)) for labels in names.values())
        for language in vocabulary.phrase("micro_yes")
    }
    titles = vocabulary.survey(survey)
    design = [
        "design_weighted" if survey.design.weight else "design_unweighted",
        *(["design_strata"] if survey.design.stratum else []),
        *(["design_clusters"] if survey.design.psu else []),
    ]
    return Study(
        country=country,
        declared=release_of(country),
        survey=survey,
        wave=wave[1],
        release=setting.release,
        words={
            "title": vocabulary.phrase("micro_title", survey=titles, wave=wave[1]),
            "protection": vocabulary.phrase(
                "micro_protection", least=rules.min_records, known=known
            ),
            "access": vocabulary.phrase("micro_access"),
            "synthetic": vocabulary.phrase("synthetic"),
            RECORD: vocabulary.phrase("micro_record"),
            WEIGHT: vocabulary.phrase("micro_weight"),
            "sampling": vocabulary.joined(design),
            "persons": vocabulary.phrase("unit_person"),
            "households": vocabulary.phrase("unit_household"),
        },
    )


def _put(aside: Path, target: Path) -> bool:
    """Rename into place; what lies there is never replaced."""
    if target.exists() and any(target.iterdir()):
        if findings := compare_hashes(hash_files(aside), hash_files(target)):
            raise MicrodataError(
                f"{target} holds something else ({'; '.join(findings)}); name another folder"
            )
        return False
    sync_tree(aside)
    if target.exists():
        target.rmdir()
    aside.rename(target)
    sync(target.parent)
    return True
