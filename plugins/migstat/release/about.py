"""What a release says of itself: the facts that every format carries in its own way."""

from datetime import date

from migstat.release.cells import is_perturbed
from migstat.release.release import Release

SYNTHETIC = "Synthetic data, made to test the system: they describe no real person."


def describe(release: Release) -> dict[str, str | date | bool]:
    """Tell what the tables are, in English, whatever the country's language."""
    stamp, declared = release.stamp, release.declared
    return {
        "title": title(release),
        "description": description(release),
        "country": stamp.country,
        "vintage": stamp.label,
        "kind": stamp.kind,
        "issued": stamp.issued,
        "publisher": declared.publisher,
        "contact": declared.contact,
        "licence": declared.licence,
        "synthetic": release.is_synthetic,
    }


def title(release: Release) -> str:
    """Name the tables."""
    return f"Indicators by migratory status, {release.country.name}, {release.stamp.label}"


def description(release: Release) -> str:
    """Say what the tables hold and what not."""
    waves = sorted(release.inputs.waves)
    told = ", ".join(f"{release.inputs.declared.surveys[s].title} ({wave})" for s, wave in waves)
    kept = f"{len(release.cells) - release.n_withheld} of {len(release.cells)} figures are shown"
    text = (
        f"Design-based estimates with sampling errors, by migratory status, from: {told}. {kept}; "
        "the others are withheld to protect those who answered, or for lack of precision."
    )
    if is_perturbed(release.archived).any():
        text += (
            " Where footnote K stands, counts are changed at random by a few records to protect "
            "those who answered; parts need not add up to their total."
        )
    if release.stamp.kind == "correction":
        text += f" This vintage corrects the one before: {release.stamp.reason}"
    if postponed := release.stamp.told_postponed:
        text += f" Some revisions are postponed, to protect those who answered: {postponed}."
    return f"{SYNTHETIC} {text}" if release.is_synthetic else text
