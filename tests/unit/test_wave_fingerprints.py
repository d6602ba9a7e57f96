"""A wave is computed again when another takes the place before it, which it is compared with."""

from dataclasses import dataclass
from typing import cast

from migstat.declarations import Survey, load_survey
from migstat.ledger import Ledger, State
from migstat.warehouse.inputs import load_waves
from migstat.warehouse.project import DeclaredSurveys

CODE = "per_needs"


@dataclass(frozen=True)
class Delivered:
    """What the fingerprint of a wave depends on of a delivery."""

    wave: str
    survey_code: str = CODE
    state: State = State.ACCEPTED
    order: int = 1

    @property
    def delivery_id(self) -> str:
        return f"of {self.wave}"


@dataclass(frozen=True)
class OnlyDeliveries:
    """A ledger that knows nothing else."""

    waves: tuple[str, ...]

    def deliveries(self) -> list[Delivered]:
        return [Delivered(wave) for wave in self.waves]


def fingerprints(survey: Survey, *waves: str) -> dict[str, str]:
    ledger = cast("Ledger", OnlyDeliveries(waves))
    found = load_waves(ledger, DeclaredSurveys({CODE: survey}, {}))
    return {wave.wave: wave.fingerprint for wave in found}


def test_a_wave_changes_with_the_one_that_comes_before_it():
    survey = load_survey(CODE)
    first, second = sorted(survey.waves)
    alone, both = fingerprints(survey, second), fingerprints(survey, first, second)
    assert alone[second] != both[second]
    assert fingerprints(survey, first)[first] == both[first]


def test_what_comes_before_is_told_by_the_time_that_it_is_of_and_not_by_name():
    survey = load_survey(CODE)
    first, second = sorted(survey.waves)
    periods = {first: "2031", second: "2030"}
    waves = {
        name: wave.model_copy(update={"time_period": periods.get(name, wave.time_period)})
        for name, wave in survey.waves.items()
    }
    turned = survey.model_copy(update={"waves": waves})
    both = fingerprints(turned, first, second)
    assert fingerprints(turned, first)[first] != both[first]
    assert fingerprints(turned, second)[second] == both[second]
