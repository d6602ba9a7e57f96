"""From what is declared of disclosure to the rules of a survey's tables."""

from migstat.declarations.cell_keys import CellKeys
from migstat.declarations.country import Country
from migstat.declarations.disclosure import DisclosureControl, Plan, Thresholds
from migstat.release.disclosure.model import Profile, Rule, Rung, StricterCodes


def profile_for(survey: str, control: DisclosureControl, country: Country) -> Profile:
    """Say how the tables of a survey are protected.

    Args:
        survey: Its code; it begins on the ladder where its design is declared to.
        control: Profiles, floor and ladders.
        country: Whose profile it is.
    """
    return Profile(
        name=f"{country.disclosure.profile} {control.version}",
        floor=_rule(control.floor),
        ladder=tuple(_rung(name, plan) for name, plan in control.ladder_of(survey).items()),
        max_suppressed=control.max_suppressed / 100,
        insiders=control.insiders,
        margin=control.margin,
        max_alone=control.max_alone / 100,
    )


def keys_for(survey: str, control: DisclosureControl, country: Country) -> CellKeys | None:
    """Say how the counts of a survey are changed at random; None where they are not."""
    if survey not in country.disclosure.cell_keys:
        return None
    return control.profiles[country.disclosure.profile].cell_keys


def rule_for(indicator: str, control: DisclosureControl, country: Country) -> Rule:
    """Give the rule of an indicator's figures in a country."""
    rule = _rule(thresholds_of(control, country))
    sensitive = control.sensitive.indicators.get(indicator)
    if sensitive is None:
        return rule
    return rule.with_stricter(
        Rule(
            min_contributors=sensitive.min_contributors,
            min_numerator=sensitive.min_numerator,
            harmful=sensitive.harmful,
            dominance=rule.dominance,
            p_ratio=rule.p_ratio,
            max_area_level=sensitive.max_area_level,
        )
    )


def stricter_codes(control: DisclosureControl, country: Country) -> tuple[StricterCodes, ...]:
    """Give the codes whose figures need more than the country's profile asks for."""
    rule = _rule(thresholds_of(control, country))
    return tuple(
        StricterCodes(
            dimension,
            frozenset(codes.codes),
            Rule(
                min_contributors=codes.min_contributors,
                min_numerator=codes.min_numerator,
                dominance=rule.dominance,
                p_ratio=rule.p_ratio,
            ),
        )
        for dimension, codes in control.sensitive.codes.items()
    )


def thresholds_of(control: DisclosureControl, country: Country) -> Thresholds:
    """Give the country's thresholds: its profile's, or its own where it states them."""
    profile = control.profiles[country.disclosure.profile]
    own = country.disclosure.model_dump(
        include=set(Thresholds.model_fields), exclude_unset=True, exclude_none=True
    )
    return profile.model_copy(update=own)


def _rule(thresholds: Thresholds) -> Rule:
    return Rule(
        min_contributors=thresholds.min_contributors,
        min_numerator=thresholds.min_numerator,
        dominance=thresholds.dominance / 100,
        p_ratio=thresholds.p_ratio / 100,
    )


def _rung(name: str, plan: Plan) -> Rung:
    return Rung(
        name=name,
        ways=plan.ways,
        without=frozenset(plan.without),
        apart=frozenset(frozenset(pair) for pair in plan.apart),
        levels=plan.levels,
        without_codes=frozenset(plan.without_codes),
    )
