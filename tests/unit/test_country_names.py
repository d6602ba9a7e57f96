"""Country names as forms and exports write them, to ISO 3166."""

import pytest
from migstat.drafting.countries import iso3_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Côte d\u2019Ivoire", "CIV"),
        ("Moldova (Republic of)", "MDA"),
        ("United Republic of Tanzania", "TZA"),
        ("Not in Kenya", None),
        ("Congo", None),
        ("Киргизия", "KGZ"),
        ("Belanda", "NLD"),
        ("বাংলাদেশ", "BGD"),
        ("estados_unidos", "USA"),
        ("salvadoreña", "SLV"),
        ("VEN", "VEN"),
        ("otro_pais", "XXF"),
        ("nothing of the kind", None),
    ],
)
def test_countries_are_recognised_in_six_languages(text: str, code: str | None):
    assert iso3_of(text) == code
