"""Returned migrant workers of the made-up survey: who they are and how they answer."""

from datetime import date

from synthetic.draw import Draw
from synthetic.files import Row

DESTINATIONS = {
    "malaysia": 0.42,
    "hong_kong": 0.14,
    "taiwan": 0.15,
    "arab_saudi": 0.13,
    "singapura": 0.08,
    "brunei": 0.04,
    "lainnya": 0.04,
}
SECTORS = {
    "perempuan": {"rumah_tangga": 0.71, "perawatan": 0.11, "pabrik": 0.12, "jasa": 0.06},
    "laki_laki": {
        "perkebunan": 0.34,
        "konstruksi": 0.29,
        "pabrik": 0.2,
        "perikanan": 0.08,
        "jasa": 0.09,
    },
}
SUPPORTERS = {
    "pemerintah_desa": 0.42,
    "pemerintah_pusat": 0.27,
    "lsm": 0.16,
    "organisasi_internasional": 0.09,
    "keluarga": 0.06,
}
UNKNOWN = -99  # what the form takes where an amount is not known
RUPIAH = 100_000


class Worker:
    """A returnee; ``band`` is the loss of household income, set when all are known."""

    def __init__(self, draw: Draw, interviewed: date) -> None:
        """Draw the life abroad and when it ended."""
        self.sex = draw.pick({"perempuan": 0.62, "laki_laki": 0.38})
        self.age = draw.whole(20, 33) + int(22 * draw.unit() ** 1.6)
        self.months_abroad = draw.whole(6, 30) + int(70 * draw.unit() ** 2.5)
        months_back = 1 + int(8 * draw.unit())
        year, month = divmod(12 * interviewed.year + interviewed.month - 1 - months_back, 12)
        self.returned = f"{year}-{month + 1:02}"
        self.had_income = draw.chance(0.955)
        self.score = draw.normal() + 0.3 * (self.sex == "perempuan")
        self.band = "tidak_tahu"


def worker_row(draw: Draw, worker: Worker, share_support: float) -> Row:
    """Write a returnee's answers; questions that are not asked stay empty."""
    return {
        "jk": worker.sex,
        "umur": worker.age,
        "pendidikan": draw.pick(
            {"tidak_tamat": 0.05, "sd": 0.33, "smp": 0.34, "sma": 0.25, "perguruan_tinggi": 0.03}
        ),
        **_abroad(draw, worker),
        **_effects(draw, worker),
        **_support(draw, share_support),
    }


def _abroad(draw: Draw, worker: Worker) -> Row:
    earned = RUPIAH * draw.whole(32, 92)
    cost = int(earned * (0.4 + 3.8 * draw.unit() ** 1.4) / RUPIAH) * RUPIAH
    return {
        "kerja_ln-negara": draw.pick(DESTINATIONS),
        "kerja_ln-sektor": draw.pick(SECTORS[worker.sex]),
        "kerja_ln-lama_bulan": worker.months_abroad,
        "kerja_ln-biaya": UNKNOWN if draw.chance(0.06) else cost,
        "kerja_ln-gaji_pertama": UNKNOWN if draw.chance(0.03) else earned,
        "pulang-tanggal_pulang": worker.returned,
        "pulang-cara": draw.pick(
            {"covid": 0.44, "habis_kontrak": 0.33, "sukarela": 0.12, "dideportasi": 0.08,
             "dipulangkan_bantuan": 0.03}
        ),
    }  # fmt: skip


def _effects(draw: Draw, worker: Worker) -> Row:
    fell = {"tidak_turun": draw.pick({"tetap": 0.8, "naik": 0.2}), "tidak_tahu": "tidak_tahu"}
    worked = draw.pick({"ya": 0.94, "tidak": 0.06})
    lost = draw.pick({"ya": 0.66, "tidak": 0.33, "tidak_tahu": 0.01})
    return {
        "dampak-punya_pendapatan": "ya" if worker.had_income else "tidak",
        "dampak-pendapatan": fell.get(worker.band, "turun") if worker.had_income else None,
        "dampak-pita": worker.band if worker.had_income else None,
        "dampak-bekerja_sebelum": worked,
        "dampak-kehilangan_kerja": lost if worked == "ya" else None,
    }


def _support(draw: Draw, share_support: float) -> Row:
    supported = draw.pick({"ya": share_support, "tidak": 1 - share_support, "tidak_tahu": 0.01})
    return {
        "sosial-bantuan": draw.pick({"ya": 0.41, "tidak": 0.58, "tidak_tahu": 0.01}),
        "sosial-bpjs_tk": draw.pick({"ya": 0.09, "tidak": 0.89, "tidak_tahu": 0.02}),
        "reintegrasi-dukungan": supported,
        "reintegrasi-pemberi": draw.pick(SUPPORTERS) if supported == "ya" else None,
    }
