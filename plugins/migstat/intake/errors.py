"""How intake fails: a delivery that is refused, or a reader that was interrupted from outside."""


class RefusedDelivery(Exception):  # noqa: N818 - a verdict about a delivery, not an error of ours
    """The delivery is no good and never will be: recorded in the ledger, never tried again.

    The reason speaks to the data steward: it names the survey, the place and the remedy, and
    holds no value of the data.
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason as the text of the exception."""
        super().__init__(reason)
        self.reason = reason


class ReaderFault(RuntimeError):  # noqa: N818 - a fault, in the words of the house
    """The reading child failed by our own fault or by the machine's; trying again may help."""
