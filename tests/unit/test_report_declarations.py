"""What is declared of the report, and what is said of a wrong figure or recommendation."""

import json
from pathlib import Path

import pytest
from declared import Declared, write
from migstat.declarations import Catalogue, DeclarationError, Problem, check_all, load_catalogue
from migstat.declarations.report import Figure, Sign
from pydantic import ValidationError

EST = {"kind": "EST", "line": 1, "what": "w", "value": 30, "unit": "%", "universe": "yes"}
COUNT = {"kind": "COUNT", "line": 1, "what": "w", "value": 5}
QUAL = {"kind": "QUAL", "line": 1, "what": "w", "reported": "high"}
CELL = {"survey": "slv_ehpm", "indicator": "DM02"}
COUNTED = {"survey": "gin_training", "table": "persons"}


@pytest.fixture
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declared:
    """The sound survey of nowhere, beside the catalogue."""
    monkeypatch.setenv("MIGSTAT_PROJECT", str(tmp_path))
    return Declared(tmp_path)


def figures_of(declared: Declared) -> Path:
    return declared.include / "catalogue" / "report_figures.yml"


def add_figure(declared: Declared, **ours: object) -> tuple[Path, int]:
    """Declare one figure more, of nowhere; returns the file and the line of its last part."""
    file = figures_of(declared)
    figure = {"kind": "COUNT" if "count" in ours else "EST", "line": 1, "what": "w", "value": 5}
    if "cell" in ours:
        figure |= {"unit": "%", "universe": "yes"}
    parts = [f"  {key}: {json.dumps(part)}" for key, part in (figure | ours).items()]
    text = file.read_text(encoding="utf-8") + "\n".join(["SLV-B99:", *parts]) + "\n"
    write(file, text)
    return file, text.count("\n")


def test_the_74_figures_are_declared_by_kind(catalogue: Catalogue):
    kinds = [figure.kind for figure in catalogue.report_figures.values()]
    counts = {kind: kinds.count(kind) for kind in set(kinds)}
    assert counts == {"EST": 10, "DESIGN": 6, "COUNT": 8, "QUAL": 22, "CTX": 6, "META": 22}


def test_the_estimates_of_the_report_have_its_numbers(catalogue: Catalogue):
    given = {n: f.value for n, f in catalogue.report_figures.items() if f.kind == "EST"}
    assert given == {
        "SLV-B01": 30,  # line 214
        "SLV-B02": 15,
        "SLV-B03": 50,  # "half"
        "SLV-B04": 19.9,
        "GIN-B01": 90,  # line 259
        "IDN-B01": 87,  # line 283
        "KGZ-B01": 100,  # line 323
        "KGZ-B02": 80,  # line 324
        "MDA-B01": 33.3,  # line 370, "one in every three"
        "PER-B01": 87.6,  # line 396
    }


def test_the_31_recommendations_are_declared_six_of_them_general(catalogue: Catalogue):
    of_country = [name[:3] for name in catalogue.recommendations]
    counts = {country: of_country.count(country) for country in of_country}
    by_two, by_three = ("BGD", "BLR", "SLV", "IDN"), ("GIN", "KGZ", "LSO", "PER")
    assert counts == {"GEN": 6, **dict.fromkeys(by_two, 2), **dict.fromkeys(by_three, 3), "MDA": 5}


def test_general_recommendations_draw_on_all_nine_countries(catalogue: Catalogue):
    nine = {name[:3] for name in catalogue.recommendations} - {"GEN"}
    general = [set(r.countries) for n, r in catalogue.recommendations.items() if n[:3] == "GEN"]
    assert len(nine) == 9
    assert general == [nine] * 6


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        pytest.param(EST, "needs cell, unit and universe", id="estimate without ours"),
        pytest.param(EST | {"cell": CELL, "universe": None}, "needs cell, unit and universe"),
        pytest.param(EST | {"cell": CELL, "count": COUNTED}, "has no count", id="two ways"),
        pytest.param(COUNT | {"cell": CELL}, "of kind COUNT has no cell", id="not as its kind"),
        pytest.param(COUNT, "needs count, or a note", id="count that nobody counts"),
        pytest.param(QUAL, "needs signs, or a note", id="direction without signs"),
        pytest.param(COUNT | {"value": None}, "needs reported or value", id="nothing reported"),
        pytest.param(
            COUNT | {"value": None, "reported": "many", "count": COUNTED}, "needs a value"
        ),
        pytest.param(QUAL | {"note": "n", "quote": "q"}, "Extra inputs", id="unknown key"),
        pytest.param(EST | {"cell": CELL | {"gender": "F"}}, "Extra inputs", id="no dimension"),
    ],
)
def test_a_figure_that_cannot_be_compared_is_refused(figure: dict[str, object], says: str):
    with pytest.raises(ValidationError, match=says):
        Figure.model_validate(figure)


@pytest.mark.parametrize("against", [{}, {"value": 50, "right": CELL}])
def test_a_sign_is_held_against_one_thing(against: dict[str, object]):
    with pytest.raises(ValidationError, match="either right or value"):
        Sign.model_validate({"left": CELL, "relation": ">", **against})


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ({"indicator": "DM22"}, "SLV-B99.cell.indicator: DM22 is not in indicators.yml; nearest: "),
        (
            {"indicator": "GV03", "breakdown": "BUGDET"},
            "BUGDET is no component of GV03; nearest: 'B",
        ),
        (
            {"indicator": "EC01", "mig_status": "IM_RFE"},
            "code IM_RFE is not in CL_MIG_STATUS; near",
        ),
        ({"indicator": "EC01", "urbanisation": "U"}, "EC01 is not published by urbanisation"),
    ],
)
def test_a_cell_that_no_estimate_has_is_named_with_its_line(
    declared: Declared, cell: dict[str, str], says: str
):
    place = add_figure(declared, cell={"survey": "slv_ehpm", **cell})
    with pytest.raises(DeclarationError) as caught:
        load_catalogue()
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == place
    assert says in problem.message


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[GV03, GV04, GV02, SV01]", "[GV03, GV44, GV02, SV01]", "GV44 is not in indicators.yml"),
        ("[GV03, GV04, GV02, SV01]", "[GV03, GV03, GV02, SV01]", "names one twice"),
        ("line: 302\n  countries: [IDN]", "line: 302\n  countries: [PER]", "is of IDN alone"),
    ],
)
def test_a_recommendation_that_leads_nowhere_is_named(
    declared: Declared, old: str, new: str, says: str
):
    declared.replace(declared.include / "catalogue" / "recommendations.yml", old, new)
    with pytest.raises(DeclarationError) as caught:
        load_catalogue()
    assert [says in p.message for p in caught.value.problems] == [True]


@pytest.mark.parametrize(
    ("ours", "says"),
    [
        ({"wave": "2020"}, "count.wave: zzz_one has no wave '2020'; nearest: '2021'"),
        ({"table": "households"}, "count.table: zzz_one has no table households"),
        ({"where": "sexx = 'F'"}, "count.where: sexx is no variable of persons; nearest: 'sex'"),
        ({"where": "sex = 'F' and"}, "count.where: is not one expression"),
        ({"where": "age is true and nosuch(sex)"}, "count.where: can't run"),
        ({"distinct": "ref_aria"}, "count.distinct: ref_aria is no variable of persons"),
    ],
)
def test_what_cannot_be_counted_is_found(declared: Declared, ours: dict[str, str], says: str):
    place = add_figure(declared, count={"survey": "zzz_one", "table": "persons", **ours})
    problem = declared.problem()
    assert (problem.file, problem.line) == place
    assert says in problem.message


@pytest.mark.usefixtures("declared")
def test_what_can_be_counted_is_no_problem(declared: Declared):
    sound = {"where": "was_trained and age > 17", "distinct": "stratum"}
    add_figure(declared, count={"survey": "zzz_one", "table": "persons", **sound})
    assert check_all() == []


@pytest.mark.parametrize(
    ("indicator", "says"),
    [
        ("LB01", "zzz_one maps no labour_status, which LB01 needs of persons"),
        ("DM02", "DM02 is measured of households, of which zzz_one has no table"),
    ],
)
def test_an_indicator_whose_variables_the_survey_lacks_is_told_with_its_line(
    declared: Declared, indicator: str, says: str
):
    place = add_figure(declared, cell={"survey": "zzz_one", "indicator": indicator})
    problem = declared.problem()
    assert (problem.file, problem.line) == place
    assert f"SLV-B99.cell.indicator: {says}" in problem.message


def test_an_indicator_whose_variables_the_survey_has_is_no_problem(declared: Declared):
    add_figure(declared, cell={"survey": "zzz_one", "indicator": "ED01"})
    assert check_all() == []


def test_an_area_of_a_cell_is_one_of_the_country(declared: Declared):
    cell = {"survey": "zzz_one", "indicator": "ED01", "ref_area": "ZZ-C"}
    add_figure(declared, cell=cell)
    assert "cell.ref_area: ZZ-C is no area of Nowhere; nearest: 'ZZ-" in declared.problem().message


def test_a_survey_may_be_missing_until_each_country_of_the_programme_has_one(declared: Declared):
    assert check_all() == []
    for name in ("recommendations", "report_figures"):
        write(declared.include / "catalogue" / f"{name}.yml", "")
    write(declared.include / "catalogue" / "recommendations.yml", OF_NOWHERE)
    write(figures_of(declared), FIGURE_OF_NOWHERE)
    problem: Problem = declared.problem()
    assert problem.file == figures_of(declared)
    assert "'zzz_two' is not declared; nearest: 'zzz_one'" in problem.message


OF_NOWHERE = "ZZZ-1: {title: t, line: 1, countries: [ZZZ], indicators: [DM01]}\n"
FIGURE_OF_NOWHERE = """\
ZZZ-B01:
  {kind: COUNT, line: 1, what: w, value: 1, count: {survey: zzz_two, table: persons}}
"""
