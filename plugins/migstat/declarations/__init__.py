"""What ``include/`` declares, as frozen models that forbid unknown keys."""

from migstat.declarations.catalogue import Catalogue, Indicator
from migstat.declarations.check import check_all, load_harmonised
from migstat.declarations.country import Area, Country
from migstat.declarations.load import (
    load_catalogue,
    load_countries,
    load_country,
    load_releasing_countries,
    load_survey,
    load_surveys,
    load_translations,
    survey_codes,
)
from migstat.declarations.model import DeclarationError, Problem
from migstat.declarations.sample import LonelyPsu
from migstat.declarations.survey import (
    ColumnType,
    Dialect,
    Export,
    ExportFormat,
    ExportTable,
    Parent,
    Survey,
    TableName,
    Unit,
    Wave,
)
from migstat.declarations.translations import Translation

__all__ = [
    "Area",
    "Catalogue",
    "ColumnType",
    "Country",
    "DeclarationError",
    "Dialect",
    "Export",
    "ExportFormat",
    "ExportTable",
    "Indicator",
    "LonelyPsu",
    "Parent",
    "Problem",
    "Survey",
    "TableName",
    "Translation",
    "Unit",
    "Wave",
    "check_all",
    "load_catalogue",
    "load_countries",
    "load_country",
    "load_harmonised",
    "load_releasing_countries",
    "load_survey",
    "load_surveys",
    "load_translations",
    "survey_codes",
]
