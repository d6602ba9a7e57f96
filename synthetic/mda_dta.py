"""Writer of Stata files whose bytes depend on the content alone, and the codebook of Moldova's.

Stata has 27 kinds of "no answer": ``.`` and ``.a`` to ``.z``. The survey uses three of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyreadstat

from synthetic.files import Row

LABEL = "SYNTHETIC DATA (not real answers)"
CLOCK = b"<timestamp>\x11"  # followed by 17 bytes: 01 Jun 2021 09:00
CLOCK_FORMAT = "%d %b %Y %H:%M"
STATA_14 = 14
DONT_KNOW, REFUSED, NOT_ASKED = "a", "b", "c"
YES_NO = {1: "Da", 2: "Nu"}
MISSING = {DONT_KNOW: "Nu știe", REFUSED: "Refuz", NOT_ASKED: "Nu se aplică"}
COUNTRIES = {
    1: "Republica Moldova",
    2: "România",
    3: "Ucraina",
    4: "Federația Rusă",
    5: "Italia",
    6: "Germania",
    7: "Franța",
    8: "Regatul Unit",
    9: "Turcia",
    10: "Israel",
    11: "Portugalia",
    12: "Polonia",
    13: "Kazahstan",
    96: "Altă țară",
}
ANSWERS: dict[str, dict[int, str]] = {
    "mediu": {1: "Urban", 2: "Rural"},
    "h_plecat": YES_NO,
    "h_remit": YES_NO,
    "h_evacuat": YES_NO,
    "h_hazard": {1: "Inundație", 2: "Secetă", 3: "Alunecare de teren", 4: "Alt motiv"},
    "sex": {1: "Bărbat", 2: "Femeie"},
    "relatie": {
        1: "Capul gospodăriei",
        2: "Soț/soție",
        3: "Copil",
        4: "Părinte",
        5: "Altă rudă",
        6: "Fără rudenie",
    },
    "loc_trai": {1: "În gospodărie", 2: "În străinătate"},
    "tara_plec": COUNTRIES,
    "tara_nast": COUNTRIES,
    "cetatenie": {
        1: "Republica Moldova",
        2: "Republica Moldova și alta",
        3: "România",
        4: "Ucraina",
        5: "Federația Rusă",
        6: "Alta",
        7: "Fără cetățenie",
    },
    "trait_str": YES_NO,
    "tara_str": COUNTRIES,
    "lucru_str": YES_NO,
    "mod_rev": {
        1: "Din proprie inițiativă",
        2: "Program AVRR",
        3: "Expulzare",
        4: "Din cauza COVID-19",
    },
    "motiv": {1: "Muncă", 2: "Familie", 3: "Studii", 4: "Conflict", 5: "COVID-19", 6: "Altul"},
    "sprijin": YES_NO,
    "furnizor": {
        1: "Primăria",
        2: "Agenția pentru ocupare",
        3: "ONG",
        4: "Organizație internațională",
        5: "Familia",
        6: "Altul",
    },
    "investi": {1: "Foarte interesat", 2: "Interesat", 3: "Puțin interesat", 4: "Deloc interesat"},
    "intentie": {1: "Sigur", 2: "Planifică", 3: "Poate", 4: "Nu"},
    "activ": {
        1: "Lucrează",
        2: "Caută de lucru și este disponibil",
        3: "Studiază",
        4: "Pensionar",
        5: "Munca în gospodărie",
        6: "Alta",
    },
    "studiaza": YES_NO,
    "lucra2020": YES_NO,
    "pierdut": YES_NO,
    "salariat": YES_NO,
    "cont": YES_NO,
}


def write_stata_dta(
    file: Path,
    columns: Sequence[str],
    rows: Sequence[Row],
    labels: Mapping[str, str],
    made: datetime,
) -> None:
    """Write a Stata 14 file; a text of one letter in a coded column is a tagged missing value."""
    frame = pd.DataFrame([{column: row.get(column) for column in columns} for row in rows])
    whole = frame.select_dtypes("int64").columns
    frame = frame.astype(dict.fromkeys(whole, "int32"))  # an int64 would become a double
    tagged = {
        name: sorted(set(frame[name].dropna()) & set(MISSING))
        for name in columns
        if frame[name].isin(list(MISSING)).any()
    }
    answers = {
        name: {**ANSWERS.get(name, {}), **{tag: MISSING[tag] for tag in tagged.get(name, [])}}
        for name in columns
    }
    pyreadstat.write_dta(
        frame,
        file,
        file_label=LABEL,
        column_labels=dict(labels),
        version=STATA_14,
        variable_value_labels={name: found for name, found in answers.items() if found},
        missing_user_values=tagged,
    )
    _pin_clock(file, made)


def _pin_clock(file: Path, made: datetime) -> None:
    content = bytearray(file.read_bytes())
    start = content.index(CLOCK) + len(CLOCK)
    clock = made.strftime(CLOCK_FORMAT).encode("ascii")
    content[start : start + len(clock)] = clock
    file.write_bytes(content)
