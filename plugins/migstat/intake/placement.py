"""Where an export belongs: its survey, wave and role by folder and name, without opening it.

Names are compared exactly. A near miss is refused with the nearest declared name: the machine
proposes, the steward applies.
"""

import os
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rapidfuzz import process

from migstat.declarations import ExportFormat, Survey, load_survey
from migstat.intake.zone_files import Entry
from migstat.paths import paths

MAX_DELIVERY_BYTES = 2 << 30
MAX_VARIABLE = "MIGSTAT_MAX_DELIVERY_BYTES"
PATTERNS = {
    ExportFormat.CSV: ("*.csv", "*.txt", "*.tsv"),
    ExportFormat.CSV_ZIP: ("*.zip",),
    ExportFormat.XLSX: ("*.xlsx",),
    ExportFormat.KOBO_XLSX: ("*.xlsx",),
    ExportFormat.SPSS_SAV: ("*.sav", "*.zsav"),
    ExportFormat.STATA_DTA: ("*.dta",),
}
SURVEY_DEPTH, FILE_DEPTH, SET_DEPTH = 1, 3, 4


class MisplacedError(Exception):
    """Something lies where, or is named as, nothing is declared; the text says the remedy."""


@dataclass(frozen=True)
class Place:
    """What a file stands for.

    Attributes:
        role: The glob of a set it matches; empty in a survey that delivers one file.
    """

    survey: Survey
    wave: str
    role: str = ""


def is_set(survey: Survey) -> bool:
    """Tell whether a delivery of the survey consists of several files."""
    return len(survey.export.files) > 1


def placed(entry: Entry) -> Place:
    """Find what a file stands for.

    Raises:
        MisplacedError: Nothing declared has this place and name, or the file is no export.
        DeclarationError: The survey's declaration has a problem of its own.
    """
    if entry.fault:
        raise MisplacedError(
            f"{entry.file.path}: {entry.fault}. Nothing was read. Hand the export in as a plain "
            "file under a plain name, <survey>/<wave>/<file>."
        )
    survey = _survey(entry)
    wave = _wave(entry, survey)
    _check_depth(entry, survey, wave)
    role = role_of(entry.parts[-1], survey)
    _check_size(entry)
    return Place(survey, wave, role)


def role_of(name: str, survey: Survey) -> str:
    """Match a name with the declared globs, the first that fits.

    Raises:
        MisplacedError: None fits.
    """
    globs = survey.export.files or PATTERNS[survey.export.format]
    plain = unicodedata.normalize("NFC", name).lower()
    for glob in globs:
        if fnmatchcase(plain, unicodedata.normalize("NFC", glob).lower()):
            return glob if is_set(survey) else ""
    raise MisplacedError(
        f"{survey.survey}: {name!r} is not named like {' or '.join(map(repr, globs))}. Nothing was "
        "read. Hand the export in under such a name, or declare its name in export.files."
    )


def is_declared(survey: str) -> bool:
    """Tell whether a survey has a declaration, sane or not."""
    return survey in _declared_surveys()


def check_survey(name: str) -> None:
    """Check that a survey is declared.

    Raises:
        MisplacedError: With the nearest declared name.
    """
    declared = _declared_surveys()
    if name not in declared:
        raise MisplacedError(
            f"survey {name!r} is not declared{nearest(name, declared)}. Nothing was read. Move the "
            "export to the folder of its survey, or declare the survey in include/surveys."
        )


def check_wave(survey: Survey, name: str) -> None:
    """Check that a wave is declared.

    Raises:
        MisplacedError: With the nearest declared name.
    """
    if name not in survey.waves:
        raise MisplacedError(
            f"{survey.survey}: wave {name!r} is not declared{nearest(name, survey.waves)}. Nothing "
            "was read. Move the export to the folder of its wave, or declare the wave in "
            "delivery.yml."
        )


def check_total_size(size: int, what: str) -> None:
    """Check that a delivery is not larger than the installation allows.

    Raises:
        MisplacedError: It is.
    """
    largest = int(os.environ.get(MAX_VARIABLE) or MAX_DELIVERY_BYTES)
    if size > largest:
        raise MisplacedError(
            f"{what}: {size:,} bytes are more than the {largest:,} that {MAX_VARIABLE} allows. "
            "Nothing was read. Split the export, or have the limit raised."
        )


def nearest(name: str, declared: Collection[str]) -> str:
    """Propose the declared name nearest to one that is not declared."""
    match = process.extractOne(name, sorted(declared))
    return f"; nearest: {match[0]!r}" if match else "; none is declared yet"


def _declared_surveys() -> list[str]:
    return [file.parent.name for file in paths().surveys.glob("*/delivery.yml")]


def _survey(entry: Entry) -> Survey:
    if len(entry.parts) == SURVEY_DEPTH:
        raise MisplacedError(
            f"{entry.file.path}: lies in no survey's folder. Nothing was read. Move it to "
            "<survey>/<wave>/."
        )
    check_survey(entry.parts[0])
    return load_survey(entry.parts[0])


def _wave(entry: Entry, survey: Survey) -> str:
    wave = entry.parts[1]
    if len(entry.parts) < FILE_DEPTH:
        raise MisplacedError(
            f"{entry.file.path}: lies in no wave's folder. Nothing was read. Move it to "
            f"{survey.survey}/<wave>/; declared waves: {', '.join(survey.waves)}."
        )
    check_wave(survey, wave)
    return wave


def _check_depth(entry: Entry, survey: Survey, wave: str) -> None:
    folder = f"{survey.survey}/{wave}"
    if len(entry.parts) == (SET_DEPTH if is_set(survey) else FILE_DEPTH):
        return
    remedy = (
        f"Put the files of one delivery together into a folder of their own, {folder}/<batch>/"
        if is_set(survey)
        else f"Put it into {folder}/ itself"
    )
    raise MisplacedError(f"{entry.file.path}: lies at the wrong depth. Nothing was read. {remedy}.")


def _check_size(entry: Entry) -> None:
    if entry.file.size == 0:
        raise MisplacedError(
            f"{entry.file.path}: is empty. Nothing was read. Export it again and hand it in."
        )
    check_total_size(entry.file.size, entry.file.path)
