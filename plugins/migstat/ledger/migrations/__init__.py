"""Migrations of the ledger, run by ``Database.migrate``."""
