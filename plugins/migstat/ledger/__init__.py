"""The ledger: what was handed in, what became of it, and which builds it went into."""

from migstat.ledger.errors import IllegalMoveError, LedgerError, UnknownDeliveryError
from migstat.ledger.ledger import Ledger, open_ledger
from migstat.ledger.models import (
    Build,
    Delivery,
    DropZoneFile,
    FoundDelivery,
    Outcome,
    QualityFinding,
    QualityResult,
    State,
)
from migstat.ledger.overview import SurveyOverview
from migstat.ledger.types import DeliveredFile, TableCounts

__all__ = [
    "Build",
    "DeliveredFile",
    "Delivery",
    "DropZoneFile",
    "FoundDelivery",
    "IllegalMoveError",
    "Ledger",
    "LedgerError",
    "Outcome",
    "QualityFinding",
    "QualityResult",
    "State",
    "SurveyOverview",
    "TableCounts",
    "UnknownDeliveryError",
    "open_ledger",
]
