"""Training sessions of the programme in Mandiana and Siguiri, Guinea: a made-up Excel register.

433 people who design a business idea (200 women, 105 youth, 128 others), 100 drivers of motorcycle
taxis and 142 local authorities (``reference/domain.md`` 1.4). Everybody on the list was trained.
"""

from datetime import datetime, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw
from synthetic.files import Row
from synthetic.gin_files import write_register

MADE = datetime(2021, 4, 26, 9, 0, 0)  # noqa: DTZ001 - an export holds the wall clock of its country
FIRST_DAY = datetime(2021, 1, 11)  # noqa: DTZ001 - as above
SESSION_SIZE = 25
TITLES = (
    "DONNÉES SYNTHÉTIQUES (inventées) - aucun participant réel",
    "Projet transfrontalier Guinée-Mali : registre des formations",
    "Préfectures de Mandiana et de Siguiri, janvier - avril 2021",
)
DESIGN, HYGIENE, BORDERS = (
    "Élaboration d'une idée d'entreprise",
    "Gestes barrières et transport",
    "Gestion des frontières et cohésion sociale",
)
# group: people, theme of the sessions, share of women
GROUPS = {
    "Femmes entrepreneures et coopératives": (200, DESIGN, 1.0),
    "Jeunes": (105, DESIGN, 0.4),
    "Leaders et membres de la communauté": (96, DESIGN, 0.45),
    "Autres porteurs d'idées": (32, DESIGN, 0.5),
    "Conducteurs de taxi-moto": (100, HYGIENE, 0.02),
    "Autorités locales": (142, BORDERS, 0.19),
}
AGES = {"Jeunes": (18, 30), "Conducteurs de taxi-moto": (19, 45)}
POSTS = {"Agent de frontière": 0.4, "Élu local": 0.35, "Chef de quartier": 0.25}


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the register of 2021."""
    draw = Draw("gin_training 2021")
    rows: list[Row] = []
    for group, (people, theme, _) in GROUPS.items():
        for first in range(0, people, SESSION_SIZE):
            size = min(SESSION_SIZE, people - first)
            rows += _session(draw, group, theme, size, len(rows))
    rows.append({"Participant/Nom et prénoms": "TOTAL", "Session/Inscrits": len(rows)})
    names = list(survey.export.tables[TableName.PERSONS].columns)
    file = folder / "registre_formations_2021_synthetic.xlsx"
    write_register(file, sheet_name="Registre", titles=TITLES, names=names, rows=rows, made=MADE)


def _session(draw: Draw, group: str, theme: str, size: int, before: int) -> list[Row]:
    number = before // SESSION_SIZE + 1
    day = FIRST_DAY + timedelta(days=3 * number + draw.whole(0, 2))
    prefecture = ("Mandiana", "Siguiri")[number % 2]
    session: Row = {
        "Lieu/Préfecture": prefecture,
        "Lieu/Sous-préfecture": f"Sous-préfecture exemple {number % 7 + 1}",
        "Session/Code": f"{prefecture[:2].upper()}-{before + 1:03}",
        "Session/Thème": theme,
        "Session/Date": day,
        "Session/Inscrits": size,
    }
    return [{**session, **_participant(draw, group, before + n + 1)} for n in range(size)]


def _participant(draw: Draw, group: str, number: int) -> Row:
    low, high = AGES.get(group, (21, 62))
    age = draw.whole(low, high)
    post = draw.pick(POSTS) if group == "Autorités locales" else None
    woman = draw.chance(GROUPS[group][2])
    return {
        "N°": number,
        "Participant/Nom et prénoms": f"Personne Fictive {number:04}",
        "Participant/Téléphone": f"000-01-{number:04}",
        "Participant/Sexe": "F" if woman else "H",
        "Participant/Âge": age if draw.chance(0.93) else None,
        "Participant/Catégorie": group,
        "Participant/Fonction": post,
        "Résultat/Jours suivis": draw.pick({2: 0.12, 3: 0.88}),
        "Résultat/Attestation": "Oui",
        "Observations": "Ligne inventée" if number % 120 == 0 else None,
    }
