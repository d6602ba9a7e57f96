"""Members of the made-up households of La Unión: who they are and how they answer the roster."""

# ruff: noqa: PLR2004 - ages, shares and codes of a questionnaire are what this module is made of

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from synthetic.draw import Draw, top_share
from synthetic.files import Row

SHARE_ILLITERATE = 0.199
ILLITERACY_FROM_AGE = 10
SIZES = {1: 0.08, 2: 0.16, 3: 0.22, 4: 0.23, 5: 0.16, 6: 0.09, 7: 0.06}
DESTINATIONS = {"estados_unidos": 0.86, "espana": 0.07, "italia": 0.03, "otro_pais": 0.04}
ACTIVITIES = {
    "trabaja": 0.52,
    "busca_trabajo": 0.05,
    "estudia": 0.10,
    "quehaceres": 0.25,
    "jubilado": 0.03,
    "otra": 0.04,
    "ns": 0.01,
}
PROVIDERS = {
    "gobierno_local": 0.12,
    "gobierno_nacional": 0.3,
    "ong": 0.2,
    "organismo_internacional": 0.23,
    "familia": 0.15,
}
LAST_MONTH = 2020 * 12 + 11  # December 2020, in months since year 0


class Place(Protocol):
    """What illiteracy depends on in a place."""

    area: str
    effect: float


@dataclass
class Member:
    """A member of a household; ``kind`` is the life the answers are made of."""

    relation: str
    sex: str
    age: int
    kind: str = "native"  # native, immigrant, returnee, mover, displaced, absent, unknown
    residence: str = "este_hogar"
    birth: str = "el_salvador"
    nationality: str = "salvadorena"
    reads: str = "si"


def list_members(draw: Draw, has_abroad: bool, is_immigrant: bool) -> list[Member]:
    """Draw the members who live here, then those who live abroad."""
    members = _residents(draw, draw.pick(SIZES))
    if is_immigrant:
        _make_immigrant(draw, members[draw.whole(0, 1) if len(members) > 1 else 0])
        for member in members[2:]:
            if draw.chance(0.25):
                _make_immigrant(draw, member)
    if draw.chance(0.05):
        _move_inside(draw, members)
    for member in members:
        if member.kind == "native" and 21 <= member.age <= 64 and draw.chance(0.03):
            member.kind = "returnee"
        elif member.kind == "native" and draw.chance(0.004):
            member.kind, member.birth, member.nationality = "unknown", "ns", "ns"
    absent = 1 + draw.chance(0.25) if has_abroad else 0
    return members + [_absent(draw) for _ in range(absent)]


def _residents(draw: Draw, size: int) -> list[Member]:
    head = Member("jefe", draw.pick({"mujer": 0.38, "hombre": 0.62}), draw.whole(24, 78))
    members = [head]
    if size > 1 and draw.chance(0.72):
        other = "mujer" if head.sex == "hombre" else "hombre"
        members.append(Member("conyuge", other, max(19, head.age + draw.whole(-8, 6))))
    while len(members) < size:
        sex = draw.pick({"mujer": 0.52, "hombre": 0.475, "ns": 0.005})
        if draw.chance(0.75):
            members.append(Member("hijo", sex, draw.whole(0, max(0, min(34, head.age - 18)))))
        else:
            members.append(Member("otro_pariente", sex, draw.whole(0, 85)))
    return members


def _make_immigrant(draw: Draw, member: Member) -> None:
    member.kind = "immigrant"
    member.birth = draw.pick({"honduras": 0.68, "nicaragua": 0.27, "guatemala": 0.05})
    own = {"honduras": "hondurena", "nicaragua": "nicaraguense"}.get(member.birth, "otra")
    member.nationality = draw.pick({own: 0.78, "salvadorena": 0.22})
    member.age = max(member.age, 3)


def _move_inside(draw: Draw, members: list[Member]) -> None:
    kind = draw.pick({"mover": 0.9, "displaced": 0.1})
    for member in members:
        if member.kind == "native" and member.age > 5:
            member.kind = kind


def _absent(draw: Draw) -> Member:
    relation = draw.pick({"hijo": 0.62, "conyuge": 0.14, "otro_pariente": 0.24})
    sex = draw.pick({"hombre": 0.58, "mujer": 0.42})
    return Member(relation, sex, draw.whole(19, 54), "absent", draw.pick(DESTINATIONS), reads="")


def mark_illiterate(
    draw: Draw, households: Sequence[tuple[float, Place, bool, list[Member]]]
) -> None:
    """Mark residents of 10 and over who can't read and write, to the weighted share wanted."""
    asked: list[Member] = []
    weights: list[float] = []
    scores: list[float] = []
    for factor, place, is_immigrant, members in households:
        for member in members:
            if member.kind == "absent" or member.age < ILLITERACY_FROM_AGE:
                member.reads = ""
                continue
            if draw.chance(0.003):
                member.reads = "ns"
                continue
            asked.append(member)
            weights.append(factor)
            burden = 0.035 * member.age + 0.6 * (place.area == "rural") + 0.7 * is_immigrant
            burden += 0.8 * (member.kind == "immigrant") + place.effect
            scores.append(burden + draw.normal(1.1))
    for member, cannot in zip(asked, top_share(scores, weights, SHARE_ILLITERATE), strict=True):
        member.reads = "no" if cannot else "si"


def roster_row(draw: Draw, member: Member, *, is_old: bool) -> Row:
    """Write a member's answers; questions that are not asked of the member stay empty."""
    row: dict[str, str | int | None] = {
        "miembros/p04_sexo": member.sex,
        "miembros/p05_edad": member.age,
        "miembros/p06_parentesco": member.relation,
        "miembros/p07_residencia": member.residence,
        "miembros/p08_nacimiento": member.birth,
        "miembros/p09_nacionalidad": member.nationality,
    }
    if member.kind == "absent":
        return row
    row["miembros/p40_leer_escribir"] = member.reads or None
    if member.age >= 15:
        old = is_old and draw.chance(0.12)  # an option the second version of the form took away
        row["miembros/p41_actividad"] = "ama_de_casa" if old else draw.pick(ACTIVITIES)
    return row | _history(draw, member)


def later_answers(draw: Draw, member: Member) -> Row:
    """Answer what the second part of the roster asks: support since the return, plans to leave."""
    row: dict[str, str | int | None] = {}
    if member.kind == "returnee":
        support = draw.pick({"si": 0.17, "no": 0.8, "ns": 0.03})
        row["miembros/p30_apoyo_retorno"] = support
        row["miembros/p31_apoyo_de"] = draw.pick(PROVIDERS) if support == "si" else None
    if member.kind != "absent" and member.age >= 15:
        plans = 0.29 if member.kind == "returnee" else 0.13 * (member.age < 50)
        answers = {"si": plans, "no": 0.98 - plans, "ns": 0.02}
        row["miembros/p42_piensa_migrar"] = draw.pick(answers)
    return row


def _history(draw: Draw, member: Member) -> dict[str, str | int | None]:
    here = {"miembros/p21_vivio_exterior": "no", "miembros/p27_hace_5_anios": "mismo_municipio"}
    row: dict[str, str | int | None] = dict(here)
    if member.age < 5:
        row["miembros/p27_hace_5_anios"] = "no_nacido"
    match member.kind:
        case "immigrant":
            row |= _arrival(draw, member)
        case "returnee":
            row |= _return(draw, member)
        case "mover" | "displaced":
            is_forced = member.kind == "displaced"
            reasons = {"trabajo": 0.45, "familia": 0.45, "estudio": 0.1}
            row["miembros/p27_hace_5_anios"] = "otro_municipio"
            row["miembros/p28_mudanza_forzada"] = "si" if is_forced else "no"
            row["miembros/p26_motivo"] = "violencia" if is_forced else draw.pick(reasons)
    return row


def _arrival(draw: Draw, member: Member) -> dict[str, str | int | None]:
    months = draw.whole(13, min(12 * member.age, 300))
    was_here = months >= 60 or member.age < 5
    documents = {
        "residencia_permanente": 0.34,
        "residencia_temporal": 0.22,
        "ninguno": 0.42,
        "ns": 0.02,
    }
    answers: dict[str, str | int | None] = {
        "miembros/p20_meses_aqui": months if draw.chance(0.97) else None,
        "miembros/p26_motivo": draw.pick({"trabajo": 0.52, "familia": 0.44, "estudio": 0.04}),
        "miembros/p29_documento": "nacional"
        if member.nationality == "salvadorena"
        else draw.pick(documents),
    }
    if not was_here:
        answers["miembros/p27_hace_5_anios"] = "otro_pais"
    return answers


def _return(draw: Draw, member: Member) -> dict[str, str | int | None]:
    back_for = draw.whole(1, 57) if draw.chance(0.85) else draw.whole(70, 140)
    back_for = min(back_for, 12 * (member.age - 19))
    abroad = draw.whole(13, max(14, 12 * (member.age - 17) - back_for))
    worked = draw.chance(0.82)
    year, month = divmod(LAST_MONTH - back_for, 12)
    reasons = {"deportacion": 0.38, "familia": 0.27, "covid": 0.24, "trabajo": 0.11}
    return {
        "miembros/p21_vivio_exterior": "si",
        "miembros/p22_meses_exterior": abroad,
        "miembros/p23_trabajo_exterior": "si" if worked else "no",
        "miembros/p24_refugio_exterior": "si" if draw.chance(0.03) else "no",
        "miembros/p25_retorno": f"{year}-{month + 1:02}",
        "miembros/p26_motivo": draw.pick(reasons),
        "miembros/p27_hace_5_anios": "otro_pais"
        if back_for < 60 <= back_for + abroad
        else "mismo_municipio",
    }
