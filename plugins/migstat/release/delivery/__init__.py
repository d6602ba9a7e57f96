"""Delivery: how an extract reaches those it is for, and what the ledger says of it."""

from migstat.release.delivery.deliver import DeliveryError, Outcome, deliver

__all__ = ["DeliveryError", "Outcome", "deliver"]
