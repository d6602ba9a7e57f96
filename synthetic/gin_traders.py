"""Cross-border traders of Mandiana and Siguiri, Guinea: a made-up KoboToolbox CSV.

Women and men met at markets, no sample of a frame and no weights. 90 % of the women say that
their income fell much (``reference/domain.md`` 1.4), more than of the men; most can't get inputs.
Half-way through the field work the form was changed: an option was taken out.
"""

from datetime import datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw, top_share
from synthetic.files import Cell, Row
from synthetic.gin_files import write_kobo_csv

FIRST_DAY = datetime(2021, 1, 18)  # noqa: DTZ001 - an export holds the wall clock of its country
SECOND_FORM_FROM = datetime(2021, 2, 8)  # noqa: DTZ001 - as above
WOMEN, MEN = 318, 164
SHARE_SEVERE = {"Femme": 0.90, "Homme": 0.68}
PLACES = {"Mandiana": (10.63, -8.69), "Siguiri": (11.42, -9.17)}
GOODS = {
    "Produits agricoles": 0.63,
    "Bétail et volaille": 0.22,
    "Tissus et vêtements": 0.31,
    "Produits manufacturés": 0.28,
}
INPUTS = {
    "Semences": 0.52,
    "Engrais": 0.57,
    "Herbicides": 0.44,
    "Matériel agricole": 0.16,
    "Marchandises du Mali": 0.38,
}
REMOVED, NOTHING_LACKS = "Matériel agricole", "Rien ne manque"
FOOD = {
    "céréales et tubercules": 6.6,
    "légumineuses": 2.3,
    "lait": 1.3,
    "viande poisson œufs": 2.4,
    "légumes": 4.2,
    "fruits": 2.0,
    "huile": 5.4,
    "sucre": 4.1,
}
TRUST = {
    "autorités locales": 0.41,
    "chefs coutumiers et religieux": 0.78,
    "associations de commerçants": 0.66,
    "agents de santé": 0.71,
}
YES, NO, DONT_KNOW = "Oui", "Non", "Ne sait pas"
MUCH_LESS = "Fortement diminué"


class Trader:
    """One interview: who, where, when, and what became of the income."""

    def __init__(self, draw: Draw, number: int, sex: str) -> None:
        """Draw what the answers depend on."""
        self.number, self.sex = number, sex
        self.prefecture = draw.pick({"Mandiana": 0.46, "Siguiri": 0.54})
        self.start = FIRST_DAY + timedelta(days=draw.whole(0, 44), minutes=draw.whole(480, 1020))
        self.is_first_form = self.start < SECOND_FORM_FROM
        self.had_income = draw.pick({YES: 0.94, NO: 0.05, DONT_KNOW: 0.01})
        self.score = draw.normal()
        self.income: str | None = None
        self.uuid = draw.uuid()


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2021."""
    draw = Draw("gin_traders 2021")
    sexes = ["Femme"] * WOMEN + ["Homme"] * MEN
    traders = [Trader(draw, number, sex) for number, sex in enumerate(sexes, start=1)]
    for sex, share in SHARE_SEVERE.items():
        _mark_income(draw, [t for t in traders if t.sex == sex and t.had_income == YES], share)
    traders.sort(key=lambda trader: trader.start)
    rows = [_row(draw, trader) for trader in traders]
    _spoil(rows)
    header = list(survey.export.tables[TableName.PERSONS].columns)
    write_kobo_csv(folder / "commercants_frontaliers_2021_synthetic.csv", header, rows)


def _mark_income(draw: Draw, asked: list[Trader], share: float) -> None:
    answering = [trader for trader in asked if not draw.chance(0.015)]
    for trader in asked:
        trader.income = DONT_KNOW
    marks = top_share([t.score for t in answering], [1.0] * len(answering), share)
    others = {"Un peu diminué": 0.6, "Inchangé": 0.3, "Augmenté": 0.1}
    for trader, is_severe in zip(answering, marks, strict=True):
        trader.income = MUCH_LESS if is_severe else draw.pick(others)


def _row(draw: Draw, trader: Trader) -> dict[str, Cell]:
    return {
        **_place(draw, trader),
        "Nom et prénoms": f"Personne Fictive {trader.number:04}",
        "Téléphone": f"000-00-{trader.number:04}",
        "Sexe": trader.sex,
        "Âge en années révolues": 999 if draw.chance(0.006) else 18 + int(45 * draw.unit() ** 1.3),
        "Nationalité": draw.pick({"Guinéenne": 0.93, "Malienne": 0.05, "Autre": 0.02}),
        **_trade(draw, trader),
        **_economy(draw, trader),
        **{f"Jours - {food}": _days(draw, mean) for food, mean in FOOD.items()},
        **{f"Confiance - {actor}": _trust(draw, share) for actor, share in TRUST.items()},
        "Remarques": "Réponse inventée" if trader.number % 53 == 0 else None,
        **_meta(draw, trader),
    }


def _place(draw: Draw, trader: Trader) -> Row:
    centre = PLACES[trader.prefecture]
    latitude, longitude = (round(c + draw.between(-0.05, 0.05), 6) for c in centre)
    altitude, precision = draw.whole(330, 420), round(draw.between(3, 15), 1)
    end = trader.start + timedelta(minutes=draw.whole(14, 40))
    return {
        "start": f"{trader.start.isoformat()}.000+00:00",
        "end": f"{end.isoformat()}.000+00:00",
        "Enquêteur": f"Enquêteur Fictif {trader.number % 9 + 1}",
        "Préfecture": trader.prefecture,
        "Marché": f"Marché exemple {trader.number % 6 + 1}",
        "Position GPS": f"{latitude} {longitude} {altitude} {precision}",
        "_Position GPS_latitude": latitude,
        "_Position GPS_longitude": longitude,
        "_Position GPS_altitude": altitude,
        "_Position GPS_precision": precision,
    }


def _trade(draw: Draw, trader: Trader) -> Row:
    before = draw.whole(2, 24)
    now = draw.whole(0, max(0, before - 1)) if draw.chance(0.83) else before + draw.whole(0, 2)
    goods = [good for good, share in GOODS.items() if draw.chance(share)] or ["Produits agricoles"]
    inputs = {i: s for i, s in INPUTS.items() if trader.is_first_form or i != REMOVED}
    lacking = [item for item, share in inputs.items() if draw.chance(share)]
    if draw.chance(0.22):
        lacking = []
    options = [*inputs, NOTHING_LACKS]
    return {
        "Activité enregistrée au registre du commerce": draw.pick(
            {YES: 0.11 if trader.sex == "Femme" else 0.24, NO: 0.82, DONT_KNOW: 0.01}
        ),
        **_ticks(draw, "Produits vendus", goods, list(GOODS)),
        "Traversées par mois avant mars 2020": before,
        "Traversées par mois maintenant": now,
        **_ticks(draw, "Introuvable depuis mars 2020", lacking or [NOTHING_LACKS], options),
    }


def _ticks(draw: Draw, question: str, chosen: list[str], options: list[str]) -> Row:
    """Write a select_multiple both ways; labels hold spaces, so the one column can't be split."""
    if draw.chance(0.5):
        chosen = chosen[::-1]  # the order of ticking, not of the form
    return {
        question: " ".join(chosen),
        **{f"{question}/{option}": int(option in chosen) for option in options},
    }


def _economy(draw: Draw, trader: Trader) -> Row:
    is_woman = trader.sex == "Femme"
    worked = draw.pick({YES: 0.97, NO: 0.03})
    lost = draw.pick({YES: 0.46 if is_woman else 0.35, NO: 0.6, DONT_KNOW: 0.01})
    accounts = {"Banque ou microfinance": 0.09, "Monnaie électronique": 0.34 if is_woman else 0.45}
    held = [account for account, share in accounts.items() if draw.chance(share)]
    return {
        "Travaillait avant mars 2020": worked,
        "Activité principale perdue à cause de la pandémie": lost if worked == YES else None,
        "Avait un revenu avant mars 2020": trader.had_income,
        "Revenu actuel par rapport à avant mars 2020": trader.income,
        "Aide reçue dans le cadre du plan COVID-19": draw.pick(
            {YES: 0.07, NO: 0.92, DONT_KNOW: 1e-2}
        ),
        **_ticks(draw, "Comptes détenus", held or ["Aucun compte"], [*accounts, "Aucun compte"]),
    }


def _days(draw: Draw, mean: float) -> int:
    return min(7, max(0, int(mean + draw.normal(1.3) + 0.5)))


def _trust(draw: Draw, share: float) -> str:
    return draw.pick(
        {
            "Tout à fait confiance": 0.4 * share,
            "Plutôt confiance": 0.6 * share,
            "Plutôt pas confiance": 0.65 * (1 - share),
            "Pas du tout confiance": 0.35 * (1 - share),
            DONT_KNOW: 0.02,
        }
    )


def _meta(draw: Draw, trader: Trader) -> Row:
    submitted = trader.start + timedelta(minutes=draw.whole(45, 1400))
    return {
        "_id": 151_300_000 + 11 * trader.number,
        "_uuid": trader.uuid,
        "_submission_time": submitted.isoformat(sep="T"),
        "_validation_status": None,
        "_notes": None,
        "_status": "submitted_via_web",
        "_submitted_by": f"enqueteur_{trader.number % 9 + 1:02}",
        "__version__": "vSynthetiqueA" if trader.is_first_form else "vSynthetiqueB",
        "_tags": None,
    }


def _spoil(rows: list[dict[str, Cell]]) -> None:
    """Put in what a run must show: two training interviews and a week of nine days."""
    for number, row in enumerate(rows[:2], start=1):
        trial = {**row, "_validation_status": "Not approved", "Remarques": "Essai de formation"}
        trial["_uuid"] = f"{str(row['_uuid'])[:-4]}0000"
        trial["_id"] = 151_300_000 + number
        rows.append(trial)
    male = next(row for row in rows[100:] if row["Sexe"] == "Homme")
    male["Jours - sucre"] = 9
