"""How often the main job looks where its run stands."""

import pytest
from migstat.orchestration.main_job import rest_after


@pytest.mark.parametrize(("look", "rest"), [(0.01, 0.5), (1.0, 9.0), (35.0, 15.0)])
def test_it_rests_longer_than_it_looks_but_never_for_minutes(look: float, rest: float):
    assert rest_after(look) == rest
