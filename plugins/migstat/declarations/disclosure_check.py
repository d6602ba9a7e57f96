"""Whether what is declared of disclosure fits together, and no country is looser than the law."""

from collections.abc import Iterable, Iterator, Mapping

from migstat.declarations.catalogue import Catalogue
from migstat.declarations.catalogue_check import Finding
from migstat.declarations.country import Country
from migstat.declarations.disclosure import DisclosureControl, Profile, Thresholds
from migstat.declarations.microdata_check import check_microdata
from migstat.declarations.nearest import nearest, proposal
from migstat.declarations.survey import Survey

LOOSER = "is looser than the law's floor"


def check_disclosure(catalogue: Catalogue) -> list[Finding]:
    """Find names in ``disclosure.yml`` that lead nowhere, and what is looser than the floor."""
    control = catalogue.disclosure
    return [
        *_floor(control),
        *_sensitive(catalogue),
        *_dimensions(catalogue),
        *check_microdata(catalogue),
    ]


def check_ladders(control: DisclosureControl, surveys: Iterable[str]) -> list[Finding]:
    """Find ladders whose survey is not declared and reads like one that is."""
    known = set(surveys)
    return [
        Finding(
            ("disclosure", "ladders", survey),
            f"survey {survey!r} is not declared; nearest: {like!r}",
        )
        for survey in control.ladders
        if survey not in known | {"default"} and (like := nearest(survey, known))
    ]


def check_country_disclosure(
    country: Country,
    control: DisclosureControl,
    surveys: Mapping[str, Survey | None] | None = None,
) -> list[Finding]:
    """Find what a country declares of disclosure that can't be.

    Returns:
        A profile that is not declared, thresholds looser than the law's floor, microdata or cell
        keys that the profile does not allow or of no survey of the country, cell keys of no census.
    """
    own = country.disclosure
    if own.profile not in control.profiles:
        known = proposal(own.profile, control.profiles)
        message = f"profile {own.profile!r} is not in disclosure.yml{known}"
        return [Finding(("disclosure", "profile"), message)]
    profile = control.profiles[own.profile]
    given = own.model_dump(
        include=set(Thresholds.model_fields), exclude_unset=True, exclude_none=True
    )
    stated = profile.model_copy(update=given)
    loose = [
        Finding(
            ("disclosure", name),
            f"{name} {given[name]:g} is looser than the law's floor of {getattr(floor, name):g}",
        )
        for floor in [control.floor]
        for name in stated.looser_than(floor)
        if name in given
    ]
    declared = surveys or {}
    return [*loose, *_named(country, profile, declared), *_perturbed(country, declared)]


def _named(
    country: Country, profile: Profile, surveys: Mapping[str, Survey | None]
) -> Iterator[Finding]:
    """Find surveys named for what the profile does not allow, or of another country."""
    known = [code for code in surveys if code[:3].upper() == country.iso3]
    own = country.disclosure
    for part, words in (("microdata", "microdata"), ("cell_keys", "cell keys")):
        named = getattr(own, part)
        if named and getattr(profile, part) is None:
            message = f"the profile {own.profile!r} allows no {words}"
            yield Finding(("disclosure", part), message)
        for i, survey in enumerate(named):
            if known and survey not in known:
                message = f"{survey} is no survey of {country.name}{proposal(survey, known)}"
                yield Finding(("disclosure", part, i), message)


def _perturbed(country: Country, surveys: Mapping[str, Survey | None]) -> Iterator[Finding]:
    """Find surveys whose counts can't be perturbed, or would stand beside the records."""
    own = country.disclosure
    for i, code in enumerate(own.cell_keys):
        survey = surveys.get(code)
        if survey and not survey.design.is_census:
            yield Finding(
                ("disclosure", "cell_keys", i),
                f"{code} is no census: the design of its delivery.yml must name fpc, and neither "
                "psu nor replicates",
            )
        if code in own.microdata:
            message = f"the records of {code} are released, too (microdata): they tell its counts"
            yield Finding(("disclosure", "cell_keys", i), message)


def _floor(control: DisclosureControl) -> Iterator[Finding]:
    for name, profile in control.profiles.items():
        for threshold in profile.looser_than(control.floor):
            yield Finding(("disclosure", "profiles", name, threshold), LOOSER)
    parts = [
        *((("indicators", code), one) for code, one in control.sensitive.indicators.items()),
        *((("codes", name), one) for name, one in control.sensitive.codes.items()),
    ]
    for where, one in parts:
        for threshold in ("min_contributors", "min_numerator"):
            if getattr(one, threshold) < getattr(control.floor, threshold):
                yield Finding(("disclosure", "sensitive", *where, threshold), LOOSER)


def _sensitive(catalogue: Catalogue) -> Iterator[Finding]:
    sensitive = catalogue.disclosure.sensitive
    for code in sensitive.indicators:
        if code not in catalogue.indicators:
            known = proposal(code, catalogue.indicators)
            location = ("disclosure", "sensitive", "indicators", code)
            yield Finding(location, f"{code} is not in indicators.yml{known}")
    for name, one in sensitive.codes.items():
        dimension = catalogue.disaggregations.dimensions.get(name)
        if dimension is None or dimension.codes is None:
            continue  # _dimensions says so
        codes = catalogue.code_lists.get(dimension.codes, {})
        for i, code in enumerate(one.codes):
            if code not in codes:
                message = f"code {code} is not in {dimension.codes}{proposal(code, codes)}"
                yield Finding(("disclosure", "sensitive", "codes", name, "codes", i), message)


def _dimensions(catalogue: Catalogue) -> Iterator[Finding]:
    control = catalogue.disclosure
    named: list[tuple[tuple[str | int, ...], str]] = [
        *((("sensitive", "codes", name), name) for name in control.sensitive.codes),
        *((("linked", i), name) for i, group in enumerate(control.linked) for name in group),
    ]
    for plan, shown in control.plans.items():
        named += [(("plans", plan, "without"), name) for name in shown.without]
        named += [(("plans", plan, "apart"), name) for pair in shown.apart for name in pair]
    for location, name in named:
        if name not in catalogue.disaggregations.dimensions:
            known = proposal(name, catalogue.disaggregations.dimensions)
            yield Finding(("disclosure", *location), f"{name} is no dimension{known}")
