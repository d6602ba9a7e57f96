"""What runs are called: partition keys that a person can read, ids of the countries' DAGs."""

from typing import Protocol

SEPARATOR = "|"
ID_LENGTH = 12
ACROSS_DAG = "publish_across"


class HasLabel(Protocol):
    """What of a delivery goes into its label."""

    @property
    def survey_code(self) -> str:
        """Survey, ``<iso3>_<name>``."""

    @property
    def wave(self) -> str:
        """Round of fieldwork."""

    @property
    def delivery_id(self) -> str:
        """SHA-256 of the bytes."""


def publish_dag_id(iso3: str) -> str:
    """Return the id of the DAG that publishes a country's extracts."""
    return f"publish_extracts_{iso3.lower()}"


def label(delivery: HasLabel) -> str:
    """Return the partition key of a delivery: ``slv_household|2021|3f1c90ab12de``."""
    parts = (delivery.survey_code, delivery.wave, delivery.delivery_id[:ID_LENGTH])
    return SEPARATOR.join(parts)


def delivery_prefix(key: str) -> str:
    """Return the start of the delivery id that a partition key ends with.

    A bare id is taken too, as in an event posted by hand.
    """
    return key.rsplit(SEPARATOR, 1)[-1].strip()
