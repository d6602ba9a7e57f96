"""Rows that no build may publish, case by case, and the data test that must tell of each.

A case is rows under a survey code of its own, so that what a test finds tells the case.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migstat.declarations import load_country, load_survey

Row = tuple[str, dict[str, object]]
TOTALS = ("ref_area", "mig_status", "hh_mig", "birth", "citizenship", "sex", "age", "urbanisation")
CELL = dict.fromkeys((*TOTALS, "breakdown"), "_T")
UNMAPPED = "intermediate.int_unmapped_answers"
STATUS = "intermediate.int_persons__status"
HARMLESS: dict[str, dict[str, object]] = {
    "marts.indicator_estimates": {**CELL, "obs_value": 50, "ci_lower": 40, "ci_upper": 60},
    "marts.migrant_gaps": {
        **{name: CELL[name] for name in ("ref_area", "sex", "age", "breakdown")},
        "indicator_code": "EC03",
        "dimension": "sex",
        "status": "F",
        "difference": 1,
        "diff_ci_lower": 0,
        "diff_ci_upper": 2,
    },
    "marts.persons": {"weight": 1, "mig_status": "NM", "mig_status_l1": "NM"},
    "marts.households": {"weight": 1},
    "marts.institutions": {"weight": 1},
    "marts.locations": {},
    "marts.recommendation_evidence": {"country_code": "ARG", "indicator_code": "EC03"},
    "marts.report_comparison": {},
    UNMAPPED: {"table_name": "persons", "n_answers": 100},
    STATUS: {
        **dict.fromkeys(("mig_status", "ms_quality", "ms_trace", "birth", "citizenship"), "any"),
        "ms_rule": 9,
        "is_usual_resident": True,
    },
    "marts.contributors": {"y_absolute": 10, "y_largest": 6, "y_second": 4},
}
NUMBERED = ("record_key", "recommendation_id", "figure_id", "variable")
RECORDS = ("persons", "households", "institutions")


@dataclass(frozen=True)
class Case:
    """Rows of one survey, and the one test that must find them; None where all is well."""

    survey: str | None
    rows: tuple[Row, ...]
    told_by: str | None


def estimates(told_by: str | None, *cells: Mapping[str, object], code: str = "EC03") -> Case:
    """Estimates of one indicator; what a cell does not name is harmless."""
    rows = tuple(("marts.indicator_estimates", {"indicator_code": code, **cell}) for cell in cells)
    return Case(None, rows, told_by)


def one(table: str, told_by: str | None, **values: object) -> Case:
    """One row of a table."""
    return Case(None, ((table, values),), told_by)


def of_codes() -> Iterator[Case]:
    """Codes that stand in no list."""
    test = "codes_are_of_the_catalogue"
    for dimension in (*TOTALS[1:], "breakdown"):
        for code in ("nowhere", None):
            yield estimates(test, {}, {dimension: code})
    for dimension in TOTALS[1:]:
        yield one("marts.migrant_gaps", test, dimension=dimension, status="nowhere")
    yield one("marts.persons", test, mig_status="nowhere")


def of_figures() -> Iterator[Case]:
    """Figures that contradict each other or what they measure."""
    yield estimates("every_indicator_has_its_total", {"sex": "F"})
    yield estimates("every_indicator_has_its_total", {"ref_area": "AR-C"})
    yield estimates("every_indicator_has_its_total", {"wave": "1"}, {"wave": "2", "sex": "F"})
    yield estimates(None, {"wave": "1"}, {"wave": "2"}, {"wave": "2", "sex": "F"})
    test = "proportions_lie_between_0_and_100"
    wide = {"ci_lower": -50, "ci_upper": 200}
    yield estimates(None, {**wide, "obs_value": 100}, {**wide, "sex": "F", "obs_value": 0})
    yield estimates(test, {**wide, "obs_value": 100.1})
    yield estimates(test, {**wide, "obs_value": -0.1})
    yield estimates(None, {**wide, "obs_value": 150}, code="RM02")  # a ratio in percent
    test = "shares_of_status_add_to_100"
    yield shares(None, native=70)
    yield shares(test, native=69.9)
    yield shares(test, native=70.1)
    test = "indicator_estimates_lie_in_their_intervals"
    yield estimates(None, {"ci_lower": 50, "ci_upper": 50})
    yield estimates(test, {"ci_lower": 51})
    yield estimates(test, {"ci_upper": 49})
    test = "contributors_with_the_property_are_among_those_with_an_answer"
    for yes in (None, 0, 5):
        yield one("marts.contributors", None, n_yes=yes, n_obs=5)
    for yes in (-1, 6):
        yield one("marts.contributors", test, n_yes=yes, n_obs=5)
    test = "contributors_largest_are_part_of_the_whole"
    yield one("marts.contributors", None)
    yield one("marts.contributors", None, y_absolute=None, y_largest=None, y_second=None)
    yield one("marts.contributors", test, y_second=5)
    yield one("marts.contributors", test, y_largest=3)
    test = "contributors_add_up_to_their_figures"
    for n_obs, n_dk, told_by in ((12, 1, None), (11, 1, test), (12, 2, test), (12, None, test)):
        yield added_up(told_by, n_obs=n_obs, n_dk=n_dk)
    test = "migrant_gaps_lie_in_their_intervals"
    yield one("marts.migrant_gaps", None, diff_ci_lower=1, diff_ci_upper=1)
    yield one("marts.migrant_gaps", test, diff_ci_lower=2)
    yield one("marts.migrant_gaps", test, diff_ci_upper=0)
    test = "adjusted_p_values_are_not_smaller"
    families = ("", "ratio_", "standardised_")
    raised = {f"{of}{p}": 0.04 for of in families for p in ("p_value", "p_adjusted")}
    yield one("marts.migrant_gaps", None, **raised)
    for of in families:
        yield one("marts.migrant_gaps", test, **{**raised, f"{of}p_value": 0.05})
        alone = {f"{of}p_value": 0.05, f"{of}p_adjusted": 0.04}
        yield one("marts.migrant_gaps", test, **alone)


def added_up(told_by: str | None, **figure: object) -> Case:
    """A figure beside two leaves of twelve contributors, one more without an answer."""
    leaf = {"indicator_code": "EC03", "breakdown": "_T"}
    leaves = (
        {**leaf, "sex": "F", "n_obs": 5, "n_dk": 1},
        {**leaf, "sex": "M", "n_obs": 7, "n_dk": 0},
    )
    estimate = ("marts.indicator_estimates", {"indicator_code": "EC03", **figure})
    return Case(None, (estimate, *(("marts.contributors", row) for row in leaves)), told_by)


def shares(told_by: str | None, native: float) -> Case:
    """Shares of the statuses, of which a fifth and a tenth are immigrants and unknown."""
    top = {"_T": 100, "NM": native, "IM": 20, "IM_REF": 20, "_U": 10}
    cells = (
        {"mig_status": status, "obs_value": share, "ci_lower": 0, "ci_upper": 100}
        for status, share in top.items()
    )
    return estimates(told_by, *cells, code="DM01")


def of_records() -> Iterator[Case]:
    """Records without a weight, a status or a place that can be."""
    for table in RECORDS:
        for weight in (0, -1, None):
            yield one(f"marts.{table}", f"{table}_weights_are_above_zero", weight=weight)
        every = f"{table}_have_every_replicate_weight"
        yield one(f"marts.{table}", None, weight=1, replicate_weights="0 2.5 0")
        yield one(f"marts.{table}", every, weight=1, replicate_weights="0 missing 0")
    test = "rosters_are_as_long_as_households_say"
    for members, told in ((1, test), (2, None), (3, test)):
        yield rosters(told, members)
    yield rosters(None, *[2] * 19, 1)
    yield rosters(test, *[2] * 18, 1)
    yield rosters(None, 1, asked="|age|")  # persons who answer for their household
    test = "persons_have_one_status"
    for values in ({"mig_status": "_T"}, {"mig_status": "_Z"}, {"mig_status_l1": None}):
        yield one("marts.persons", test, **values)
    yield one(STATUS, None)
    for column in HARMLESS[STATUS]:
        yield one(STATUS, "persons_have_a_status_and_its_reasons", **{column: None})
    for column in ("idp_households", "idp_persons", "returnee_households", "returnee_persons"):
        yield one("marts.locations", "locations_count_no_fewer_than_none", **{f"n_{column}": -1})


def rosters(told_by: str | None, *listed: int, asked: str = "|relation_to_head|") -> Case:
    """Households that say they have two members, and list so many."""
    keys = [f"household {number}" for number in range(len(listed))]
    rows: list[Row] = [("marts.households", {"household_key": k, "n_members": 2}) for k in keys]
    for key, members in zip(keys, listed, strict=True):
        person = {"household_key": key, "collected_variables": asked}
        rows += [("marts.persons", person)] * members
    return Case(None, tuple(rows), told_by)


def of_evidence() -> Iterator[Case]:
    """Evidence and comparisons that show no figure and do not say why."""
    table, test = (
        "marts.recommendation_evidence",
        ("recommendation_evidence_is_a_figure_or_says_what_is_missing"),
    )
    figure = {"evidence": "figure", "obs_value": 1, "missing": None}
    lacks = {"evidence": "not_collected", "obs_value": None, "missing": "sex"}
    for sound, wrong in (
        (figure, {"obs_value": None}),
        (figure, {"missing": "sex"}),
        (lacks, {"obs_value": 1}),
        (lacks, {"missing": None}),
    ):
        yield one(table, None, **sound)
        yield one(table, test, **{**sound, **wrong})
    table, test = "marts.report_comparison", "report_comparison_shows_what_it_compares"
    shown = {"obs_value": 1, "difference": 0, "is_synthetic": True}
    for missing in shown:
        for result in ("not_compared", "not_collected", "no_data"):
            yield one(table, None, **{**shown, "result": result, missing: None})
        yield one(table, test, **{**shown, "result": "within", missing: None})
    yield one(table, None, **{**shown, "result": "outside"})


def of_declared_surveys() -> Iterator[Case]:
    """What is measured by the declaration of a survey, under the codes of declared ones."""
    share = round(100 * load_survey("arg_eph").acceptance.max_unmapped_share)
    test, table = "unmapped_share_is_accepted_int_unmapped_answers_", UNMAPPED
    yield Case("arg_eph", ((table, {"n_records": share}),) * 2, None)
    halves = ((table, {"variable": "sex", "n_records": n}) for n in (share, 1))
    yield Case("bgd_dbt", tuple(halves), test)
    test = "areas_are_of_their_country"
    area = load_country("MDA").areas[0].code
    good = [(f"marts.{table}", {"ref_area": area}) for table in (*RECORDS, "locations")]
    yield Case("mda_household", (*good, ("marts.locations", {"origin_area": area})), None)
    elsewhere = {
        "mda_diaspora": ("persons", "ref_area", area.lower()),
        "per_needs": ("households", "ref_area", "-12.1 -77.0"),  # a point no centre was near to
        "per_mgi": ("institutions", "ref_area", area),
        "bgd_dtm": ("locations", "ref_area", "BD9999"),
        "slv_ehpm": ("locations", "origin_area", area),
    }
    for survey, (table, column, code) in elsewhere.items():
        yield Case(survey, ((f"marts.{table}", {column: code}),), test)
    test = "weights_keep_their_scale"
    yield Case("blr_attitudes", waves("persons", 1, 9.9, 1), None)
    yield Case("gin_traders", waves("persons", 1, 10.1), test)
    yield Case("gin_training", waves("households", 10.1, 1), test)
    yield Case("idn_returnees", waves("institutions", 1, 1, 100), test)
    rounds = {"2020R9": 1, "2020R10": 9, "2020R11": 81}  # as text the ninth would come last
    rows = (("marts.persons", {"wave": wave, "weight": w}) for wave, w in rounds.items())
    yield Case("idn_village", tuple(rows), None)
    larger = [("marts.persons", {"wave": "2021", "weight": 1})] * 50
    yield Case("kgz_returnees", (*waves("persons", 1), *larger), None)
    fewer = [("marts.persons", {"wave": "2021", "weight": 100})]
    yield Case("kgz_authorities", (*[waves("persons", 1)[0]] * 100, *fewer), None)
    made_up = [("marts.persons", {"wave": "2021", "weight": 100, "is_synthetic": True})]
    yield Case("lso_traders", (*waves("persons", 1), *made_up), None)


def waves(table: str, *weights: float) -> tuple[Row, ...]:
    """One record a wave, of these weights."""
    rows = enumerate(weights, start=2020)
    return tuple((f"marts.{table}", {"wave": str(w), "weight": weight}) for w, weight in rows)


def cases() -> list[Case]:
    """All cases, each with a survey code of its own."""
    parts = (of_codes, of_figures, of_records, of_evidence, of_declared_surveys)
    found = [case for part in parts for case in part()]
    return [Case(c.survey or f"zzz_case_{n}", c.rows, c.told_by) for n, c in enumerate(found)]
