"""The columns of a released table: their SDMX concept, role, code list, type and HXL tag.

Every format reads them here: the SDMX structure, the data package, HXL, the workbook.
"""

from dataclasses import dataclass
from typing import Literal

CONCEPTS = "CS_MIGDIS"

Role = Literal["dimension", "measure", "attribute"]
Type = Literal["string", "number", "integer", "boolean"]


@dataclass(frozen=True)
class Component:
    """A column.

    Attributes:
        column: Its name in tables.
        concept: Its SDMX id, a code of ``CONCEPTS``.
        role: What it is in SDMX; None for a column that SDMX says elsewhere.
        codes: The list its codes come from; None for free values.
        type: Of free values; codes are strings.
        required: Never empty.
        hxl: Its HXL tag (domain.md §4.2).
    """

    column: str
    concept: str
    role: Role | None
    codes: str | None = None
    type: Type = "string"
    required: bool = True
    hxl: str = ""


def _dimension(column: str, hxl: str, codes: str | None = None) -> Component:
    concept = column.upper()
    return Component(column, concept, "dimension", codes or f"CL_{concept}", hxl=hxl)


COMPONENTS = (
    Component("country_code", "COUNTRY", None, hxl="#country+code+v_iso3"),
    Component("survey_code", "SURVEY", "dimension", "CL_SURVEY", hxl="#meta+survey+code"),
    Component("wave", "WAVE", "attribute", hxl="#meta+wave"),
    Component("time_period", "TIME_PERIOD", "dimension", hxl="#date+period"),
    Component("indicator_code", "INDICATOR", "dimension", "CL_INDICATOR", hxl="#indicator+code"),
    _dimension("unit_obs", "#meta+unit"),
    _dimension("ref_area", "#loc+code", "CL_AREA"),
    _dimension("mig_status", "#population+status+code"),
    _dimension("hh_mig", "#population+household+code"),
    _dimension("birth", "#population+birth+code"),
    _dimension("citizenship", "#population+citizenship+code"),
    _dimension("sex", "#gender+code"),
    _dimension("age", "#age+range"),
    _dimension("urbanisation", "#loc+urbanisation+code"),
    _dimension("breakdown", "#indicator+component+code"),
    Component(
        "unit_measure", "UNIT_MEASURE", "attribute", "CL_UNIT_MEASURE", hxl="#indicator+unit+code"
    ),
    Component(
        "obs_value",
        "OBS_VALUE",
        "measure",
        type="number",
        required=False,
        hxl="#indicator+value+num",
    ),
    Component(
        "std_error",
        "STD_ERR",
        "attribute",
        type="number",
        required=False,
        hxl="#indicator+error+num",
    ),
    Component(
        "ci_lower",
        "LOWER_BOUND",
        "attribute",
        type="number",
        required=False,
        hxl="#indicator+value+min+num",
    ),
    Component(
        "ci_upper",
        "UPPER_BOUND",
        "attribute",
        type="number",
        required=False,
        hxl="#indicator+value+max+num",
    ),
    Component(
        "n_obs", "N_OBS", "attribute", type="integer", required=False, hxl="#meta+sample+num"
    ),
    Component("obs_status", "OBS_STATUS", "attribute", "CL_OBS_STATUS", hxl="#status+code"),
    Component(
        "conf_status", "CONF_STATUS", "attribute", "CL_CONF_STATUS", hxl="#status+access+code"
    ),
    Component("definition_version", "DEFINITION_VERSION", "attribute", hxl="#meta+version"),
    Component("is_synthetic", "IS_SYNTHETIC", "attribute", type="boolean", hxl="#meta+synthetic"),
    Component("notes", "COMMENT_OBS", "attribute", required=False, hxl="#meta+notes+code"),
)
