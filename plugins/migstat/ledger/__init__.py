"""The ledger: what was handed in, what became of it, which builds it went into, and what left."""

from migstat.ledger.errors import (
    IllegalMoveError,
    LedgerError,
    UnknownDeliveryError,
    UnknownReleaseError,
)
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
from migstat.ledger.release_models import AcrossBrief, ExtractDelivery, Rejection, Release
from migstat.ledger.releasing import Released
from migstat.ledger.sending import DELIVERED, Sending
from migstat.ledger.types import DeliveredFile, TableCounts

__all__ = [
    "DELIVERED",
    "AcrossBrief",
    "Build",
    "DeliveredFile",
    "Delivery",
    "DropZoneFile",
    "ExtractDelivery",
    "FoundDelivery",
    "IllegalMoveError",
    "Ledger",
    "LedgerError",
    "Outcome",
    "QualityFinding",
    "QualityResult",
    "Rejection",
    "Release",
    "Released",
    "Sending",
    "State",
    "SurveyOverview",
    "TableCounts",
    "UnknownDeliveryError",
    "UnknownReleaseError",
    "open_ledger",
]
