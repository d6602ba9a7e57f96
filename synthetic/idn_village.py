"""Villages of origin of migrant workers, Indonesia: a made-up spreadsheet export.

Every village of the frame answered (1,082 in eight provinces, ``reference/domain.md`` 1.5), so the
sampling error is zero. Most villages do not fully understand Law No. 18 of 2017, and most keep a
register of returnees. Provinces are placeholders: the report names none.
"""

# ruff: noqa: PLR2004 - ages, shares and codes of a questionnaire are what this module is made of

from datetime import date, timedelta
from pathlib import Path

from migstat.declarations import Survey, TableName

from synthetic.draw import Draw
from synthetic.files import Row, write_spreadsheet_csv

FIRST_DAY = date(2021, 1, 18)
VILLAGES = {"A": 201, "B": 176, "C": 158, "D": 143, "E": 128, "F": 109, "G": 92, "H": 75}
GRASP = {"Memahami sepenuhnya": 0.31, "Memahami sebagian": 0.46, "Tidak memahami": 0.2}
POSTS = {"Kepala Desa": 0.55, "Sekretaris Desa": 0.35, "Sekretaris; merangkap bendahara": 0.1}


def write_seed(folder: Path, survey: Survey) -> None:
    """Write the export of the wave 2021."""
    draw, counts = Draw("idn_village 2021"), Draw("idn_village 2021 counts")
    training = Draw("idn_village 2021 training")
    villages = [
        _village(draw, place, letter, order)
        for place, letter in enumerate(VILLAGES, start=1)
        for order in range(1, VILLAGES[letter] + 1)
    ]
    rows = [_with_returnees(counts, village) | _training(training) for village in villages]
    header = list(survey.export.tables[TableName.INSTITUTIONS].columns)
    write_spreadsheet_csv(folder / "survei_desa_2021_synthetic.csv", header, rows)


def _village(draw: Draw, place: int, letter: str, order: int) -> Row:
    code = f"0{place}{order // 40 + 1:02}{order % 40 + 1:02}{order:04}"
    migrants = draw.whole(4, 420)
    return {
        "kode_desa": code,
        "nama_desa": f"Desa Contoh {letter}-{order:03}",
        "kode_provinsi": f"0{place}",
        "provinsi": f"Provinsi Contoh {letter}",
        "kabupaten": f"Kabupaten Contoh {letter}{order // 40 + 1}",
        "tanggal_wawancara": (FIRST_DAY + timedelta(days=draw.whole(0, 70))).isoformat(),
        "nama_responden": f"Responden Fiktif {code}",
        "no_telepon": f"0000-{place}{order:03}",
        "jabatan": draw.pick(POSTS),
        "a01_penduduk": draw.whole(900, 9_500),
        "a02_luas_km2": round(draw.between(0.8, 46), 2),
        "a03_pekerja_migran": migrants,
        **_law(draw, place),
        **_register(draw, migrants),
        "jumlah_desa_kerangka": VILLAGES[letter],
        "bobot": 1.0,
    }


def _law(draw: Draw, place: int) -> Row:
    grasp = draw.pick({**GRASP, "Tidak tahu": 0.03}) if place % 3 else draw.pick(GRASP)
    knows = grasp == "Memahami sepenuhnya"
    has_budget = draw.chance(0.39 if knows else 0.19)
    return {
        "b01_paham_uu": grasp,
        "b02_peraturan_desa": _answer(draw, 0.36 if knows else 0.12),
        "b03_anggaran": "Ya" if has_budget else "Tidak",
        "b04_anggaran_juta_rp": round(draw.between(2, 140), 2) if has_budget else None,
    }


def _register(draw: Draw, migrants: int) -> Row:
    register = _answer(draw, 0.62 if migrants < 120 else 0.79)
    if register != "Ya":
        return {"c01_register": register}
    return {
        "c01_register": register,
        "c02_register_digital": _answer(draw, 0.34),
        "c03_register_terpilah": _answer(draw, 0.41),
    }


def _with_returnees(draw: Draw, village: Row) -> Row:
    """Count the returnees on a register: a part of the villagers who work abroad."""
    if village["c01_register"] != "Ya":
        return village
    migrants = int(str(village["a03_pekerja_migran"]))
    return {**village, "c04_jumlah_purna": round(migrants * draw.between(0.05, 0.45))}


def _training(draw: Draw) -> Row:
    """Count the officials who were trained; few villages had a training."""
    in_post = draw.whole(5, 14)
    trained = _answer(draw, 0.23)
    numbers = {"Ya": draw.whole(1, 3), "Tidak": 0}
    return {
        "d01_aparat_dilatih": trained,
        "d02_jumlah_aparat": in_post,
        "d03_jumlah_dilatih": numbers.get(trained),
    }


def _answer(draw: Draw, yes: float) -> str:
    return draw.pick({"Ya": yes, "Tidak": 1 - yes, "Tidak tahu": 0.012})
