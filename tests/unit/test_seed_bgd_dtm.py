"""The two made-up rounds of the displacement matrix, by pandas over the raw workbooks alone."""

import openpyxl
import pandas as pd
import pytest
from seed_files import seed, share

ROUNDS = ["2020R1", "2021R2"]
HEADER = 2  # a title and an empty row stand above


def sheet(wave: str, name: str) -> pd.DataFrame:
    """Read a sheet with one row of header, its row of HXL tags left out."""
    frame = pd.read_excel(seed("bgd_dtm", wave), sheet_name=name, header=HEADER)
    is_tags = frame.apply(lambda row: row.dropna().astype(str).str.startswith("#").all(), axis=1)
    assert is_tags.sum() == 1
    return frame[~is_tags].infer_objects()


@pytest.fixture(scope="module", params=ROUNDS)
def wave(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def members(wave: str) -> pd.DataFrame:
    """Members with the weight of their household."""
    weights = sheet(wave, "HH")[["HH ID", "Weight"]]
    roster = sheet(wave, "Individuals")
    joined = roster.merge(weights, on="HH ID")
    assert len(joined) == len(roster)
    return joined


def test_returnees_are_many(members: pd.DataFrame):
    # report, line 137: "there were a high number of returnees to villages in Kurigram"
    adults = members[members["Age"].astype(int) >= 18]
    assert share(adults["Lived abroad"].eq("Yes"), adults["Weight"].astype(float)) > 10


def test_most_returned_for_other_reasons_than_covid(members: pd.DataFrame):
    # report, line 137: "who were driven by factors aside from COVID-19"
    back = members[members["Lived abroad"] == "Yes"]
    assert share(back["Main reason of return"].eq("COVID-19"), back["Weight"].astype(float)) < 50


def test_everything_the_statuses_are_made_of_is_there(members: pd.DataFrame):
    assert ((members["Displaced"] == "Yes") & (members["Back home"] == "No")).sum() >= 25
    assert ((members["Displaced"] == "Yes") & (members["Back home"] == "Yes")).sum() >= 25
    moved = members["Moved from another upazila"] == "Yes"
    assert (moved & (members["That move was forced"] == "No")).sum() >= 25


def test_every_household_of_the_matrix_is_in_the_ranking_and_at_risk(wave: str):
    # report, line 128: "displacement experiences from medium- to high-risk households"
    ranking = pd.read_csv(seed("bgd_dbt", "2020")).set_index("beneficiary_id")
    found = ranking.loc[sheet(wave, "HH")["Beneficiary ID"]]
    assert ((found["vulnerability_score"] >= 42) | (found["hazard_exposure"] == "high")).all()
    assert len(ranking) > len(found)


def test_a_household_tells_the_second_round_what_it_told_the_first():
    told = [
        sheet(wave, "HH").set_index("Beneficiary ID")["Displaced in 12 months"] for wave in ROUNDS
    ]
    both = told[0].index.intersection(told[1].index)
    assert len(both) > 300
    assert (told[0][both] == told[1][both]).all()


def test_households_went_home_between_the_rounds():
    waiting = [(sheet(wave, "HH")["Returned"] == "No").mean() for wave in ROUNDS]
    assert waiting[1] < waiting[0]


def places(wave: str) -> pd.DataFrame:
    """Read the sheet of villages, with the rows that sum them up."""
    frame = pd.read_excel(seed("bgd_dtm", wave), sheet_name="Locations", header=[2, 3])
    frame.columns = [a if b.startswith("Unnamed") else f"{a}/{b}" for a, b in frame.columns]
    return frame[~frame["Location code"].astype(str).str.startswith("#")]


def test_sub_totals_stand_among_the_villages_and_add_up(wave: str):
    frame = places(wave)
    names = frame["Location"].astype(str)
    counts = pd.to_numeric(frame["IDPs/Individuals"], errors="coerce")
    is_village = frame["Round"] == f"R{ROUNDS.index(wave) + 1}"
    assert is_village.sum() == 48
    assert counts[is_village].sum() == counts[names == "Grand total"].sum()
    assert counts[is_village].sum() == counts[names.str.startswith("Sub-total")].sum()


def test_the_second_round_tells_three_villages_of_the_first_anew():
    both = places("2020R1").merge(places("2021R2"), on="Row code", suffixes=("", " anew"))
    both = both[both["Round"].notna()]
    more = both["IDPs/Individuals anew"].astype(int) - both["IDPs/Individuals"].astype(int)
    assert dict(zip(both["Location code"], more, strict=True)) == {
        "CHA03": 24,
        "CHC05": -5,
        "CHE02": 0,
    }


def test_the_counts_of_the_locations_stand_under_merged_cells(wave: str):
    book = openpyxl.load_workbook(seed("bgd_dtm", wave))
    merged = {str(cells) for cells in book["Locations"].merged_cells.ranges}
    assert {"J3:M3", "N3:O3"} <= merged


def test_the_tags_of_the_second_round_stand_among_its_locations():
    book = openpyxl.load_workbook(seed("bgd_dtm", "2021R2"))
    (tagged,) = [
        row[0].row
        for row in book["Locations"].iter_rows(max_row=25)
        if any(str(cell.value).startswith("#") for cell in row)
    ]
    assert tagged == 8  # title, empty, two of header, three villages


def test_every_committee_of_the_frame_answered(wave: str):
    frame = sheet(wave, "Committees")
    by_union = frame.groupby("Union")["Committees in frame"]
    assert (by_union.min() == by_union.size()).all()
    assert (by_union.max() == by_union.size()).all()
