"""A release as tests of the ledger record it."""

from migstat.ledger import Released

FIRST = Released(
    country_code="SLV",
    vintage=1,
    content_id="1" * 64,
    kind="first",
    reason=None,
    issued_on="2021-09-30",
    n_cells=10,
    n_withheld=2,
    n_added=0,
    n_revised=0,
    n_withdrawn=0,
)
