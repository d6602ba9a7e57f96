"""The DDI Codebook (2.5) of a survey wave's files: what they hold, of whom, and how it was made.

The order of the elements is that of the DDI Alliance's ``codebook.xsd`` of 2012.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from migstat.declarations import Country, Survey
from migstat.declarations.catalogue import Language
from migstat.declarations.release import Release
from migstat.declarations.translations import MASTER
from migstat.release.microdata.columns import in_language
from migstat.release.microdata.files import SPSS_MISSING, STATA_MISSING, labels_order
from migstat.release.microdata.model import RECORD, WEIGHT, Column, Labels, Records
from migstat.release.writers.text import clean_text

NAMESPACE = "ddi:codebook:2_5"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
MAKER = "migstat"
FORMATS = {"sav": "SPSS", "dta": "Stata"}


@dataclass(frozen=True)
class Study:
    """What a codebook says of the survey wave.

    Attributes:
        country: Its country.
        declared: The country's release section.
        survey: The survey.
        wave: The wave.
        release: Identity of the release.
        words: Sentences by language: ``title``, ``protection``, ``access``, ``synthetic``,
            ``record``, ``weight``, ``sampling`` and the names of ``persons`` and ``households``.
    """

    country: Country
    declared: Release
    survey: Survey
    wave: str
    release: str
    words: Mapping[str, Labels]

    @property
    def languages(self) -> tuple[Language, ...]:
        """The country's languages, its own first, and English."""
        return tuple(dict.fromkeys((*self.declared.languages, MASTER)))


def write_codebook(study: Study, files: Iterable[Records], folder: Path) -> Path:
    """Write the codebook of a survey wave; returns the file."""
    files = list(files)
    root = etree.Element(f"{{{NAMESPACE}}}codeBook", nsmap={None: NAMESPACE}, version="2.5")
    root.set(LANGUAGE, study.declared.languages[0])
    _study(_add(root, "stdyDscr"), study, files)
    for records in files:
        _file(_add(root, "fileDscr", ID=_file_id(records)), records)
    data = _add(root, "dataDscr")
    for records in files:
        for name in labels_order(records):
            _variable(data, name, records, study)
    target = folder / f"{study.survey.survey}_{study.wave}_ddi.xml"
    etree.ElementTree(root).write(target, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return target


def _study(parent: etree._Element, study: Study, files: list[Records]) -> None:
    _citation(_add(parent, "citation"), study)
    info = _add(parent, "stdyInfo")
    if files[0].is_synthetic:
        _words(info, "abstract", study.words["synthetic"], study)
    _summary(_add(info, "sumDscr"), study, files)
    method = _add(parent, "method")
    collection = _add(method, "dataColl")
    _words(collection, "sampProc", study.words["sampling"], study)
    _words(collection, "weight", study.words["weight"], study)
    _words(_add(method, "anlyInfo"), "dataAppr", study.words["protection"], study)
    use = _add(_add(parent, "dataAccs"), "useStmt")
    access = str(in_language(study.words["access"], study.languages[0]))
    _add(use, "restrctn", access)  # once, says the schema
    _add(use, "contact", study.declared.publisher, email=study.declared.contact)


def _citation(parent: etree._Element, study: Study) -> None:
    title = _add(parent, "titlStmt")
    _add(title, "titl", str(in_language(study.words["title"], study.languages[0])))
    others = study.words["title"].keys() - {study.languages[0]}
    _words(title, "parTitl", {name: study.words["title"][name] for name in others}, study)
    _add(title, "IDNo", f"{study.survey.survey}_{study.wave}_{study.release}", agency=MAKER)
    _add(_add(parent, "prodStmt"), "producer", study.declared.publisher)
    distributor = _add(parent, "distStmt")
    _add(distributor, "contact", study.declared.publisher, email=study.declared.contact)


def _summary(parent: etree._Element, study: Study, files: list[Records]) -> None:
    wave = study.survey.waves[study.wave]
    for event, day in zip(("start", "end"), wave.fieldwork, strict=True):
        _add(parent, "collDate", day.isoformat(), date=day.isoformat(), event=event)
    _add(parent, "nation", study.country.name, abbr=study.country.iso3)
    for records in files:
        _words(parent, "anlyUnit", study.words[records.table], study)
    _add(parent, "universe", study.survey.population or study.survey.title)
    _add(parent, "dataKind", "survey data")


def _file(parent: etree._Element, records: Records) -> None:
    for ending, name in FORMATS.items():
        text = _add(parent, "fileTxt")
        _add(text, "fileName", f"{records.stem}.{ending}")
        size = _add(text, "dimensns")
        _add(size, "caseQnty", str(len(records.frame)))
        _add(size, "varQnty", str(len(labels_order(records))))
        _add(text, "fileType", name)
        missing = SPSS_MISSING if ending == "sav" else STATA_MISSING
        told = ", ".join(f"{value}: {kind}" for kind, value in missing.items())
        _add(text, "dataMsng", told)


def _variable(parent: etree._Element, name: str, records: Records, study: Study) -> None:
    column = next((c for c in records.columns if c.name == name), None)
    is_code = column is not None and column.codes is not None
    variable = _add(
        parent,
        "var",
        ID=f"{_file_id(records)}_{name}",
        name=name,
        files=_file_id(records),
        intrvl="discrete" if is_code else "contin",
    )
    if name == WEIGHT:
        variable.set("wgt", "wgt")
    _words(variable, "labl", study.words[name] if column is None else column.labels, study)
    if column is not None:
        invalid = _add(variable, "invalrng")
        _add(invalid, "range", min="-4", max="-1", UNITS="INT")
    if not is_code and name != RECORD:
        _statistics(variable, [v for v in records.frame[name] if isinstance(v, float)], records)
    if column is not None:
        _categories(variable, column, Counter(map(str, records.frame[name])), study)
    _add(variable, "varFormat", type="numeric", schema="SPSS")


def _statistics(parent: etree._Element, numbers: list[float], records: Records) -> None:
    told: dict[str, float] = {"vald": len(numbers), "invd": len(records.frame) - len(numbers)}
    if numbers:
        mean = sum(numbers) / len(numbers)
        told |= {"min": min(numbers), "max": max(numbers), "mean": round(mean, 6)}
    for kind, value in told.items():
        _add(parent, "sumStat", f"{value:g}" if kind == "mean" else f"{value:.15g}", type=kind)


def _categories(parent: etree._Element, column: Column, counts: Counter[str], study: Study) -> None:
    for code, number, is_missing in _numbered(column):
        category = _add(parent, "catgry", **({"missing": "Y"} if is_missing else {}))
        _add(category, "catValu", str(number))
        _words(category, "labl", column.code_labels[code], study)
        _add(category, "txt", code)
        _add(category, "catStat", str(counts[code]), type="freq")


def _numbered(column: Column) -> Iterator[tuple[str, int, bool]]:
    yield from ((code, number, False) for code, number in (column.codes or {}).items())
    yield from ((kind, number, True) for kind, number in SPSS_MISSING.items())


def _file_id(records: Records) -> str:
    return f"F_{records.table}"


def _words(parent: etree._Element, tag: str, labels: Labels, study: Study) -> None:
    """An element per language of the country that has a text, or the English one."""
    said = {language: labels[language] for language in study.languages if language in labels}
    for language, text in (said or dict(labels)).items():
        _add(parent, tag, text).set(LANGUAGE, language)


def _add(
    parent: etree._Element, tag: str, text: str | None = None, **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    element.text = None if text is None else clean_text(text)
    return element
