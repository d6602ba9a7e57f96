"""Households of El Salvador in 2019: two made-up SPSS files in the manner of the EHPM.

Stratified by department and urban/rural, clusters of households. Calibrated to
``reference/domain.md`` 1.3: a member abroad in 15 % of all households and in 30 % of those of La
Unión, where half receive remittances and 19.9 % of 10 years and over are illiterate, the highest
rate of the country. Households with immigrants are worse off in income and education (line 218).
"""

# ruff: noqa: PLR2004 - ages, shares and codes of a questionnaire are what this module is made of

from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
from migstat.declarations import Survey, TableName

from synthetic.draw import Draw, top_share
from synthetic.files import Cell, write_spss_sav
from synthetic.slv_ehpm_codebook import ANSWERS, FORMATS, LABELS, MISSING
from synthetic.slv_ehpm_members import Member, list_members, mark_illiterate, member_row

MADE = datetime(2020, 3, 16, 9, 0, 0)  # noqa: DTZ001 - an export holds the wall clock of its country
FIRST_DAY = date(2019, 1, 7)
LA_UNION = 14
# department: households of the country in thousands, urban share, illiterate at 10 and over
DEPARTMENTS = {
    1: (92, 0.45, 0.131),
    2: (167, 0.63, 0.104),
    3: (128, 0.58, 0.112),
    4: (56, 0.39, 0.137),
    5: (214, 0.71, 0.079),
    6: (521, 0.92, 0.052),
    7: (69, 0.48, 0.094),
    8: (97, 0.55, 0.101),
    9: (42, 0.36, 0.166),
    10: (50, 0.53, 0.128),
    11: (101, 0.51, 0.149),
    12: (141, 0.55, 0.143),
    13: (53, 0.34, 0.179),
    LA_UNION: (75, 0.36, 0.199),
}
EAST = (11, 12, 13, LA_UNION)
CLUSTERS, CLUSTERS_LA_UNION, PER_CLUSTER = 4, 12, (9, 12)
ABROAD, ABROAD_LA_UNION = 0.15, 0.30
REMITTANCES_ELSEWHERE, REMITTANCES_LA_UNION = 0.23, 0.50
LINE = {1: 110.0, 2: 66.0}  # US dollars a head and month, urban and rural: made up
YES, NO, NO_ANSWER = 1, 2, 9


class Household:
    """One questionnaire of the household: where it lies, what it stands for, what it answers."""

    def __init__(self, draw: Draw, number: int, cluster: "Cluster") -> None:
        """Draw what the rest depends on."""
        self.number, self.cluster = number, cluster
        self.weight = round(cluster.weight * draw.between(0.97, 1.03))
        self.members: list[Member] = list_members(draw, is_border=cluster.department == LA_UNION)
        self.abroad_score = draw.normal() + cluster.effect
        self.remittance_noise = draw.normal()
        self.is_open = draw.chance(0.006)  # the question on remittances stays without answer
        self.has_abroad = self.has_remittances = False
        is_immigrant = any(member.is_immigrant for member in self.members)
        scarcity = (1.5 if cluster.department in EAST else 1.25) + 0.6 * is_immigrant
        wealth = 0.4 + 4 * draw.unit() ** scarcity
        self.per_head = round(LINE[cluster.area] * wealth, 2)
        self.share_sent = draw.between(0.15, 0.7)


class Cluster:
    """A census segment: the primary sampling unit."""

    def __init__(self, draw: Draw, department: int, area: int, order: int, clusters: int) -> None:
        """Draw its size and how much its households have in common."""
        thousands, urban, _ = DEPARTMENTS[department]
        self.department, self.area = department, area
        self.stratum = 10 * department + area
        self.code = 100 * self.stratum + order
        self.households = draw.whole(*PER_CLUSTER)
        in_stratum = 1000 * thousands * (urban if area == 1 else 1 - urban)
        self.weight = in_stratum / clusters / self.households * draw.between(0.88, 1.12)
        self.effect = draw.normal(0.35) + 0.35 * (department in EAST) + 0.2 * (area == 2)


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the two files of 2019."""
    draw = Draw("slv_ehpm 2019")
    households = _draw_households(draw)
    _mark_abroad(households)
    _mark_remittances(households)
    for department, (_, _, share) in DEPARTMENTS.items():
        own = [h for h in households if h.cluster.department == department]
        mark_illiterate(draw, [(h.weight, h.cluster.area, h.members) for h in own], share)
    persons = [row for household in households for row in _persons(draw, household)]
    tables = {
        TableName.HOUSEHOLDS: ("hogares", [_household_row(draw, h) for h in households]),
        TableName.PERSONS: ("personas", persons),
    }
    for name, (stem, rows) in tables.items():
        header = list(survey.export.tables[name].columns)
        frame = pd.DataFrame([{column: row[column] for column in header} for row in rows])
        _write(folder / f"{stem}_ehpm_2019_synthetic.sav", frame)


def _write(file: Path, frame: pd.DataFrame) -> None:
    def own(part: dict) -> dict:  # type: ignore[type-arg]
        return {name: value for name, value in part.items() if name in frame}

    write_spss_sav(
        file,
        frame,
        labels=own(LABELS),
        answers=own(ANSWERS),
        missing=own(MISSING),
        formats=own(FORMATS),
        made=MADE,
    )


def _draw_households(draw: Draw) -> list[Household]:
    households: list[Household] = []
    for department in DEPARTMENTS:
        clusters = CLUSTERS_LA_UNION if department == LA_UNION else CLUSTERS
        for area in LINE:
            for order in range(1, clusters + 1):
                cluster = Cluster(draw, department, area, order, clusters)
                for _ in range(cluster.households):
                    households.append(Household(draw, len(households) + 1, cluster))
    return households


def _mark_abroad(households: list[Household]) -> None:
    """Meet the share of La Unión and of the country; the other departments give what is left."""
    theirs, others = _split(households)
    total = sum(h.weight for h in households)
    left = ABROAD * total - ABROAD_LA_UNION * sum(h.weight for h in theirs)
    shares = (ABROAD_LA_UNION, left / sum(h.weight for h in others))
    for part, share in zip((theirs, others), shares, strict=True):
        marks = top_share([h.abroad_score for h in part], [h.weight for h in part], share)
        for household, is_so in zip(part, marks, strict=True):
            household.has_abroad = is_so


def _mark_remittances(households: list[Household]) -> None:
    shares = (REMITTANCES_LA_UNION, REMITTANCES_ELSEWHERE)
    for part, share in zip(_split(households), shares, strict=True):
        asked = [h for h in part if not h.is_open]
        scores = [h.remittance_noise + h.cluster.effect + 1.4 * h.has_abroad for h in asked]
        for household, is_so in zip(
            asked, top_share(scores, [h.weight for h in asked], share), strict=True
        ):
            household.has_remittances = is_so


def _split(households: list[Household]) -> tuple[list[Household], list[Household]]:
    theirs = [h for h in households if h.cluster.department == LA_UNION]
    return theirs, [h for h in households if h.cluster.department != LA_UNION]


def _household_row(draw: Draw, household: Household) -> dict[str, Cell]:
    cluster = household.cluster
    income = round(household.per_head * len(household.members), 2)
    sent = round(income * household.share_sent, 2) if household.has_remittances else None
    return {
        "IDBOLETA": 190_000 + household.number,
        "FECHA": FIRST_DAY + timedelta(days=draw.whole(0, 346)),
        "DEPTO": cluster.department,
        "AREA": cluster.area,
        "ESTRATO": cluster.stratum,
        "LOTE": cluster.code,
        "DIRECCION": f"Dirección ficticia {household.number}",
        "TELEFONO": f"0000-{household.number:04}",
        "SEXOJEFE": household.members[0].sex,
        "MIEMBROS": len(household.members),
        "MIEMEXT": YES if household.has_abroad else NO,
        "REMESAS": NO_ANSWER if household.is_open else YES if household.has_remittances else NO,
        "MONTOREM": sent,
        "INGFA": income,
        "FAC00": household.weight,
    }


def _persons(draw: Draw, household: Household) -> list[dict[str, Cell]]:
    return [
        {
            "IDBOLETA": 190_000 + household.number,
            "R101": line,
            "R102": f"Persona Ficticia {household.number:04}-{line}",
            **member_row(draw, member),
            "INGPE": household.per_head,
            "LINEA": LINE[household.cluster.area],
        }
        for line, member in enumerate(household.members, start=1)
    ]
