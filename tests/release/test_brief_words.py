"""The words of a brief: what is declared of a language, and what stands in for what is missing."""

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import brief_source
import pytest
import yaml
from migstat.declarations import DeclarationError, check_all, load_surveys, load_translations
from migstat.declarations.catalogue import UnitMeasure
from migstat.paths import CHECKOUT
from migstat.release.brief import country
from migstat.release.brief.document import Foreign, texts_of, untranslated
from migstat.release.brief.numbers import Numbers
from migstat.release.brief.shown import Figure
from migstat.release.brief.words import COMPARED, Words, missing_words
from migstat.release.cells import DECIMALS

FOLDER = CHECKOUT / "include" / "translations"
CODE = CHECKOUT / "plugins" / "migstat" / "release"
LANGUAGES = ("bn", "en", "es", "fr", "id", "ru")
NBSP = "\u00a0"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the catalogue as it is, and translations that a test may break."""
    include = tmp_path / "include"
    include.mkdir()
    for name in ("catalogue", "countries", "surveys"):
        (include / name).symlink_to(CHECKOUT / "include" / name)
    folder = include / "translations"
    folder.mkdir()
    for file in FOLDER.glob("*.yml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path))
    return folder


def break_file(file: Path, old: str, new: str) -> int:
    """Change a file; returns the line of the change."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems() -> list[str]:
    with pytest.raises(DeclarationError) as refused:
        load_translations()
    return [f"{problem.line}: {problem.message}" for problem in refused.value.problems]


def test_all_six_languages_are_declared_and_sane():
    assert tuple(sorted(load_translations())) == LANGUAGES


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_a_language_has_every_phrase_question_and_indicator(language: str):
    translation, master = load_translations()[language], load_translations()["en"]
    assert set(translation.phrases) == set(master.phrases)
    assert set(translation.questions) == set(master.questions)
    assert set(translation.indicators) == set(brief_source.catalogue().indicators)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_a_language_has_what_a_brief_across_countries_says_of_each(language: str):
    translation, catalogue = load_translations()[language], brief_source.catalogue()
    assert set(translation.surveys) == set(load_surveys())
    spoken_of = {k: v for k, v in catalogue.report_figures.items() if v.kind in COMPARED}
    for key, figure in spoken_of.items():
        words = translation.figures[key]
        assert words.what, key
        assert bool(words.reported) == bool(figure.reported), key
        assert bool(words.note) == bool(figure.note), key


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  column_gap:", "  colum_gap:", "phrases.colum_gap: unknown key 'colum_gap'"),
        ("  DM01: Población", "  DM99: Población", "indicators.DM99: unknown key 'DM99'"),
        ("  has_account: ¿", "  has_acount: ¿", "questions.has_acount: unknown key 'has_acount'"),
        ("  SLV-1: Una", "  SLV-9: Una", "recommendations.SLV-9: unknown key 'SLV-9'"),
        ("  SLV-B07: {", "  SLV-B77: {", "figures.SLV-B77: unknown key 'SLV-B77'"),
        ("  slv_ehpm: Enc", "  slv_epm: Enc", "surveys.slv_epm: unknown key 'slv_epm'; nearest"),
        ("questions:\n", "question:\n", "unknown key 'question'"),
        ('apart: "diferencia de {number}', 'apart: "diferencia de {numero}', "has places"),
        ('up_to: "hasta {number}"', 'up_to: "hasta {number"', "can't be filled"),
        ("language: es\n", "language: fr\n", "fr lies in es.yml"),
    ],
)
def test_what_nobody_says_is_refused_with_its_line(project: Path, old: str, new: str, told: str):
    line = break_file(project / "es.yml", old, new)
    assert any(told in problem and problem.startswith(f"{line}:") for problem in problems())


def test_the_check_of_all_declarations_sees_it_too(project: Path):
    line = break_file(project / "ru.yml", "  column_gap:", "  colum_gap:")
    found = [(problem.file.name, problem.line) for problem in check_all()]
    assert ("ru.yml", line) in found


def test_english_stands_where_its_things_are_declared(project: Path):
    with (project / "en.yml").open("a", encoding="utf-8") as file:
        file.write("indicators: {DM01: Population}\n")
    assert any("leave it out here" in problem for problem in problems())


def test_a_question_for_every_variable_that_an_indicator_needs(project: Path):
    break_file(project / "en.yml", "  has_account: Do", "  has_bank: Do")
    assert any("no question for has_account" in problem for problem in problems())


def test_without_english_there_are_no_words(project: Path):
    (project / "en.yml").unlink()
    assert problems() == ["1: is missing: English is what all other languages translate"]


def test_every_phrase_that_is_said_is_there():
    assert {key for key, _ in _said()} - set(load_translations()["en"].phrases) == set()


def test_every_phrase_that_is_there_is_said():
    texts, begun = _texts_in_code()
    unsaid = set(load_translations()["en"].phrases) - texts
    assert {key for key in unsaid if not key.startswith(begun)} == set()


def test_a_missing_phrase_stands_in_english_and_is_listed():
    words = dict(brief_source.translations())
    spanish = words["es"].phrases
    cut = {key: text for key, text in spanish.items() if key != "column_gap"}
    words["es"] = words["es"].model_copy(update={"phrases": cut})
    declared = brief_source.declared_with("SLV", words)
    made = Words("es", declared).phrase("column_gap")
    assert (made, isinstance(made, Foreign)) == ("Widest gap", True)
    assert "phrases.column_gap" in missing_words("es", declared)
    assert "phrases.column_answers" not in missing_words("es", declared)


def test_a_finding_whose_note_is_not_translated_is_told_in_english_throughout():
    words = dict(brief_source.translations())
    figures = dict(words["es"].figures)
    figures["SLV-B08"] = figures["SLV-B08"].model_copy(update={"note": None})
    words["es"] = words["es"].model_copy(update={"figures": figures})
    spanish = Words("es", brief_source.declared_with("SLV", words))
    told, whole = spanish.finding("SLV-B08").told, spanish.finding("SLV-B01").told
    english = "Remittances stayed high. The report gives no number; here, more than 40% counts"
    assert (told, isinstance(told, Foreign)) == (english, True)
    assert spanish.finding("SLV-B08").what == "Las remesas se mantuvieron altas"
    assert whole.endswith("el extranjero. De la encuesta nacional de hogares de 2019")
    assert not isinstance(whole, Foreign)


def test_a_phrase_written_after_a_vintage_was_made_stands_in_english():
    words = {code: one.model_copy() for code, one in brief_source.translations().items()}
    for code in ("en", "es"):
        cut = {key: text for key, text in words[code].phrases.items() if key != "column_gap"}
        words[code] = words[code].model_copy(update={"phrases": cut})
    declared = brief_source.declared_with("SLV", words)
    assert [Words(code, declared).phrase("column_gap") for code in ("en", "es")] == [
        "Widest gap",
        "Widest gap",
    ]
    with pytest.raises(KeyError):
        Words("es", declared).phrase("nobody_says_this")


def test_a_language_nobody_wrote_is_english_throughout_and_says_so():
    source = brief_source.source("SLV")
    nothing = source.declared.model_copy(
        update={"translations": {"en": source.declared.translations["en"]}}
    )
    made = country.build_country_brief(source, Words("fr", nothing))
    assert "phrases.title" in untranslated(made)
    assert any("not translated yet" in text for text in texts_of(made))


def test_a_translation_that_nobody_reviewed_says_so():
    source = brief_source.source("SLV")
    spanish = list(texts_of(country.build_country_brief(source, Words("es", source.declared))))
    assert Words("es", source.declared).phrase("not_reviewed") in spanish
    english = list(texts_of(country.build_country_brief(source, Words("en", source.declared))))
    assert not any("native speaker" in text for text in english)


def test_what_is_translated_of_another_country_is_no_part_of_a_vintage():
    kept = brief_source.declared("SLV").translations["es"]
    assert {key[:3] for key in kept.surveys} == {"slv"}
    assert {key[:3] for key in kept.figures} == {"SLV"}
    assert {key[:3] for key in kept.recommendations} == {"GEN", "SLV"}


@pytest.mark.parametrize(
    ("language", "percent", "count", "ratio"),
    [
        ("en", "84.4%", "1,234,567", "\u22121.25"),
        ("fr", f"84,4{NBSP}%", "1\u202f234\u202f567", "\u22121,25"),
        ("es", f"84,4{NBSP}%", "1.234.567", "\u22121,25"),
        ("ru", f"84,4{NBSP}%", f"1{NBSP}234{NBSP}567", "\u22121,25"),
        ("id", "84,4%", "1.234.567", "\u22121,25"),
        ("bn", "৮৪.৪%", "১২,৩৪,৫৬৭", "\u2212১.২৫"),  # noqa: RUF001 - lakh and crore
    ],
)
def test_numbers_are_written_as_the_language_does(
    language: str, percent: str, count: str, ratio: str
):
    numbers = Numbers(language)
    assert numbers.figure(84.4, "PT") == percent
    assert numbers.count(1234567) == count
    assert numbers.figure(-1.25, "RO") == ratio


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "\u221237.0 percentage points"),
        ("es", "\u221237,0 puntos porcentuales"),
        ("fr", "\u221237,0 points de pourcentage"),
        ("id", "\u221237,0 poin persentase"),
        ("ru", f"\u221237,0 п.{NBSP}п."),
        ("bn", "\u2212৩৭.০ শতাংশ বিন্দু"),  # noqa: RUF001 - Bengali digits
    ],
)
def test_a_difference_of_percentages_is_in_points(language: str, written: str):
    """Trust in one less trust in the others: -37 % would be a share below none."""
    trust = brief_source.catalogue().indicators["SC02"].components["GAP"]
    assert trust.unit_measure == "PP"
    words = Words(language, brief_source.declared("KGZ"))  # type: ignore[arg-type]
    less = Figure("PP", -37.0, -41.5, -32.6, 445, is_shown=True, is_caution=False)
    assert words.value(less) == written
    assert words.value(replace(less, is_caution=True)) == f"({written})"


def test_every_unit_is_named_in_all_languages_and_has_its_decimals():
    units = brief_source.catalogue().code_lists["CL_UNIT_MEASURE"]
    assert set(units) == set(get_args(UnitMeasure)) == set(DECIMALS)
    assert all(set(unit.labels) == set(LANGUAGES) for unit in units.values())


@pytest.mark.parametrize(
    ("iso3", "language", "count", "share"),
    [
        ("SLV", "es", "1,752", f"68.0{NBSP}%"),
        ("PER", "es", "1,752", f"68.0{NBSP}%"),
        ("ARG", "es", "1.752", f"68,0{NBSP}%"),
        ("SLV", "en", "1,752", "68.0%"),
        ("GIN", "fr", "1\u202f752", f"68,0{NBSP}%"),
    ],
)
def test_a_country_reads_the_separators_it_writes(iso3: str, language: str, count: str, share: str):
    """A Salvadoran reads 1.752 as less than two (CLDR: es-SV, es-PE and es-AR differ)."""
    numbers = Words(language, brief_source.declared(iso3)).numbers
    assert numbers.count(1752) == count
    assert numbers.figure(68.0, "PT") == share


def test_a_page_of_several_countries_writes_numbers_as_its_language_does():
    together = Words("es", brief_source.declared("SLV"), brief_source.declared("ARG"))
    assert together.numbers.count(1752) == "1.752"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_interval_told_is_the_one_that_the_marts_compute(language: str):
    plan = (CHECKOUT / "dbt_project" / "macros" / "estimation" / "est_plan.sql").read_text()
    (default,) = re.findall(r"or \('(\w+)' if indicator\.kind == 'prop'", plan)
    names = {"beta": "Korn|Корн|কর্ন", "logit": "logit|логит|লজিট"}
    told = load_translations()[language].phrases["method_interval"]
    said = [name for name, words in names.items() if re.search(words, told)]
    assert said == [default]


def test_a_tiny_negative_number_is_written_as_nought():
    assert Numbers("en").bare(-0.04, "PT") == "0.0"


def test_a_percentage_has_one_decimal_even_where_it_is_whole():
    assert Numbers("en").figure(100.0, "PT") == "100.0%"


def test_the_files_are_plain_yaml_in_the_order_of_the_english_one():
    order = list(yaml.safe_load((FOLDER / "en.yml").read_text(encoding="utf-8"))["phrases"])
    for language in LANGUAGES:
        file = FOLDER / f"{language}.yml"
        assert list(yaml.safe_load(file.read_text(encoding="utf-8"))["phrases"]) == order


def _said() -> list[tuple[str, Path]]:
    """Keys that a call of ``phrase`` or ``line`` names, and the file it stands in."""
    return [
        (node.args[0].value, file)
        for file, node in _nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("phrase", "line")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def _texts_in_code() -> tuple[set[str], tuple[str, ...]]:
    """All texts of the code, and the beginnings of keys that are put together."""
    texts = {node.value for _, node in _nodes() if isinstance(node, ast.Constant)}
    begun = {
        str(node.values[0].value)
        for _, node in _nodes()
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant)
    }
    return texts, tuple(text for text in begun if re.fullmatch(r"([a-z]+_)+", text))


def _nodes() -> list[tuple[Path, ast.AST]]:
    files = sorted(CODE.rglob("*.py"))
    return [(f, n) for f in files for n in ast.walk(ast.parse(f.read_text(encoding="utf-8")))]
