"""Drafting a survey's declarations from an export: the machine proposes, an engineer decides."""

from migstat.drafting.draft import Draft, Order, draft_survey
from migstat.drafting.look import LookError
from migstat.drafting.writing import FilesExistError, write_files

__all__ = ["Draft", "FilesExistError", "LookError", "Order", "draft_survey", "write_files"]
