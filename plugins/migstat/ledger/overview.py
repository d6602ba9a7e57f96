"""The state of every survey at a glance, for ``migstat status`` and its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from migstat.ledger.models import Build, Delivery, State


@dataclass(frozen=True)
class SurveyOverview:
    """What the ledger knows of one survey.

    Attributes:
        current: Accepted deliveries that count now, by wave and order.
        latest: The last good delivery by order of registration.
        waiting: Registered, not decided yet.
        refused: Refused since the last good delivery of the same wave, each with its ``reason``.
        n_quarantined: Rows of the current deliveries that are held back.
        last_build: The last build that held the survey, well or not.
        build_failure: Why that build left the survey out; None when it didn't.
        is_published: Whether an earlier or that build published rows of it that still stand.
        is_behind: Whether a current delivery was accepted after that build began.
    """

    survey_code: str
    current: tuple[Delivery, ...]
    latest: Delivery | None
    waiting: tuple[Delivery, ...]
    refused: tuple[Delivery, ...]
    n_quarantined: int
    last_build: Build | None
    build_failure: str | None
    is_published: bool
    is_behind: bool

    @property
    def marts(self) -> str:
        """How the survey stands in the published marts, in words."""
        if self.last_build is None:
            return "not built"
        if self.build_failure is None:
            if self.last_build.state == "published" and self.is_behind:
                return "published, without what was accepted since: `migstat build`"
            reason = self.last_build.failures.get("*")  # nobody's: the whole build failed
            return f"{self.last_build.state}: {reason}" if reason else self.last_build.state
        kept = "kept the last good state" if self.is_published else "not published yet"
        return f"{kept}: {self.build_failure}"


def build_overview(deliveries: Sequence[Delivery], builds: Sequence[Build]) -> list[SurveyOverview]:
    """Sum up deliveries (in any order) and builds (oldest first), one entry per survey."""
    ordered = sorted(deliveries, key=lambda d: (d.survey_code, d.wave, d.order))
    return [
        _of_survey(survey_code, tuple(group), builds)
        for survey_code, group in groupby(ordered, key=lambda d: d.survey_code)
    ]


def _of_survey(
    survey_code: str, deliveries: tuple[Delivery, ...], builds: Sequence[Build]
) -> SurveyOverview:
    current = _in_state(deliveries, State.ACCEPTED)
    last_good = {delivery.wave: delivery.order for delivery in current}
    build = next((b for b in reversed(builds) if _holds(b, survey_code)), None)
    return SurveyOverview(
        survey_code=survey_code,
        current=current,
        latest=max(current, key=lambda d: d.order, default=None),
        waiting=_in_state(deliveries, State.REGISTERED),
        refused=tuple(
            delivery
            for delivery in _in_state(deliveries, State.REFUSED)
            if delivery.order > last_good.get(delivery.wave, (0, 0))
        ),
        n_quarantined=sum(delivery.n_quarantined or 0 for delivery in current),
        last_build=build,
        build_failure=build.failures.get(survey_code) if build else None,
        is_published=_is_published(builds, survey_code),
        is_behind=build is not None and any(_is_later(delivery, build) for delivery in current),
    )


def _is_later(delivery: Delivery, build: Build) -> bool:
    return delivery.decided_at is not None and delivery.decided_at > build.started_at


def _in_state(deliveries: Sequence[Delivery], state: State) -> tuple[Delivery, ...]:
    return tuple(delivery for delivery in deliveries if delivery.state == state)


def _holds(build: Build, survey_code: str) -> bool:
    surveys = {wave.split("/", 1)[0] for wave in build.waves}
    return survey_code in surveys or survey_code in build.failures


def _is_published(builds: Sequence[Build], survey_code: str) -> bool:
    """Whether rows of a survey stand: computed once, and not gone in a build since."""
    published = False
    for build in builds:
        if build.state == "published" and survey_code not in build.failures:
            published = _holds(build, survey_code)
    return published
