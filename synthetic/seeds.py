"""Which survey's seed is made by what."""

from collections.abc import Callable, Mapping
from pathlib import Path

from migstat.declarations import Survey

from synthetic import (
    arg_eph,
    bgd_dbt,
    bgd_dtm,
    blr_attitudes,
    gin_traders,
    gin_training,
    idn_returnees,
    idn_village,
    kgz_authorities,
    kgz_returnees,
    lso_traders,
    mda_diaspora,
    mda_household,
    mda_roadmap,
    per_mgi,
    per_needs,
    per_organisations,
    slv_correction,
    slv_ehpm,
    slv_household,
)

SEEDS: dict[tuple[str, str], Callable[[Path, Survey], None]] = {
    ("arg_eph", "2016Q2"): arg_eph.write_seed,
    ("bgd_dbt", "2020"): bgd_dbt.write_seed,
    ("bgd_dtm", "2020R1"): bgd_dtm.write_first_round,
    ("bgd_dtm", "2021R2"): bgd_dtm.write_second_round,
    ("blr_attitudes", "2020"): blr_attitudes.write_seed,
    ("gin_traders", "2021"): gin_traders.write_seed,
    ("gin_training", "2021"): gin_training.write_seed,
    ("idn_returnees", "2020"): idn_returnees.write_first,
    ("idn_returnees", "2021"): idn_returnees.write_second,
    ("idn_village", "2021"): idn_village.write_seed,
    ("kgz_authorities", "2020"): kgz_authorities.write_seed,
    ("kgz_returnees", "2020"): kgz_returnees.write_first_wave,
    ("kgz_returnees", "2021"): kgz_returnees.write_second_wave,
    ("lso_traders", "2021"): lso_traders.write_seed,
    ("mda_diaspora", "2021"): mda_diaspora.write_seed,
    ("mda_household", "2021"): mda_household.write_seed,
    ("mda_roadmap", "2021"): mda_roadmap.write_seed,
    ("per_mgi", "2021"): per_mgi.write_seed,
    ("per_needs", "2020"): per_needs.write_seed,
    ("per_needs", "2021"): per_needs.write_second_seed,
    ("per_organisations", "2021"): per_organisations.write_seed,
    ("slv_ehpm", "2019"): slv_ehpm.write_seed,
    ("slv_household", "2021"): slv_household.write_seed,
    ("slv_household", "2021_correction"): slv_correction.write_correction,
}


def write_seeds(target: Path, surveys: Mapping[str, Survey]) -> list[Path]:
    """Write ``<target>/<survey>/<wave>/<file>`` for every made-up wave.

    A later delivery of the same wave lies in ``<wave>_<what it is>``.

    Args:
        target: The folder; made where it is missing.
        surveys: The declared surveys by code.

    Returns:
        The files written.
    """
    for (survey, wave), write in SEEDS.items():
        folder = target / survey / wave
        folder.mkdir(parents=True, exist_ok=True)
        write(folder, surveys[survey])
    return sorted(file for s, w in SEEDS for file in (target / s / w).iterdir())
