"""What can go wrong with the ledger, in words for the caller."""


class LedgerError(Exception):
    """The ledger can't do what was asked."""


class IllegalMoveError(LedgerError):
    """A delivery or release was to move where its state does not lead."""


class UnknownDeliveryError(LedgerError):
    """No delivery, or more than one, has this id or prefix."""


class UnknownReleaseError(LedgerError):
    """No vintage of the country has this number."""
