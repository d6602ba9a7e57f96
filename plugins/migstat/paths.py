"""Where everything lies: the checkout (code, declarations) and the home (data).

Nothing here is cached, so that a changed environment is seen at once.
"""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Paths:
    """The folders of one installation.

    Attributes:
        project: The checkout that holds declarations, the dbt project and the suites.
        home: Everything that is data (``MIGSTAT_HOME``; ``<project>/data`` by default).
        drop_zone: Folder or fsspec URL where exports are handed in.
        ledger_url: SQLAlchemy URL of the ledger.
    """

    project: Path
    home: Path
    drop_zone: str
    ledger_url: str

    @property
    def include(self) -> Path:
        """Declarations and seed data."""
        return self.project / "include"

    @property
    def surveys(self) -> Path:
        """One folder per survey, each with its ``delivery.yml``."""
        return self.include / "surveys"

    @property
    def countries(self) -> Path:
        """One file per country."""
        return self.include / "countries"

    @property
    def catalogue(self) -> Path:
        """Harmonised variables, code lists, status rules, indicators, profiles."""
        return self.include / "catalogue"

    @property
    def translations(self) -> Path:
        """What pages and workbooks say, one file per language."""
        return self.include / "translations"

    @property
    def fonts(self) -> Path:
        """The fonts of pages and charts."""
        return self.include / "fonts"

    @property
    def seed_data(self) -> Path:
        """Synthetic exports, ``<survey>/<wave>/<file>``."""
        return self.include / "seed_data"

    @property
    def dbt_project(self) -> Path:
        """The dbt project."""
        return self.project / "dbt_project"

    @property
    def expectations(self) -> Path:
        """One Great Expectations suite per survey."""
        return self.project / "expectations"

    @property
    def raw(self) -> Path:
        """Raw store: immutable, de-identified Parquet per delivery."""
        return self.home / "raw"

    @property
    def quarantine(self) -> Path:
        """Rows held back, per delivery, with rules and reasons."""
        return self.home / "quarantine"

    @property
    def data_docs(self) -> Path:
        """Data Docs of Great Expectations, without values."""
        return self.home / "data_docs"

    @property
    def warehouse(self) -> Path:
        """The working database and the inputs of the build; one writer."""
        return self.home / "warehouse"

    @property
    def published(self) -> Path:
        """What statisticians read; replaced atomically."""
        return self.home / "published"

    @property
    def releases(self) -> Path:
        """Vintages, ``<iso3>/v<number>``, with what they were made from; private."""
        return self.home / "releases"

    @property
    def extracts(self) -> Path:
        """What leaves, ``<iso3>/v<number>``: the files of a vintage and nothing else."""
        return self.home / "extracts"

    @property
    def microdata(self) -> Path:
        """Releases of records, ``<iso3>/<release>``; for statisticians."""
        return self.home / "microdata"

    @property
    def airflow_home(self) -> Path:
        """AIRFLOW_HOME of the project-local Airflow."""
        return self.home / "airflow"


def paths() -> Paths:
    """Read the installation's folders from the environment.

    Returns:
        The folders named by ``MIGSTAT_PROJECT``, ``MIGSTAT_HOME``, ``MIGSTAT_DROP_ZONE`` and
        ``MIGSTAT_LEDGER_URL``, or their defaults.
    """
    project = Path(os.environ.get("MIGSTAT_PROJECT") or CHECKOUT).resolve()
    home = Path(os.environ.get("MIGSTAT_HOME") or project / "data").resolve()
    return Paths(
        project=project,
        home=home,
        drop_zone=os.environ.get("MIGSTAT_DROP_ZONE") or str(home / "drop_zone"),
        ledger_url=os.environ.get("MIGSTAT_LEDGER_URL") or f"sqlite:///{home / 'ledger.sqlite'}",
    )
