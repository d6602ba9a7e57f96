"""Postponing revisions that can't be protected beside what is out.

A revised wave may tell, together with the figures of earlier vintages, of the few whose records
were revised. Where no plan prevents that, the wave keeps the figures it has, and its revision waits
until it can leave together with later ones; the other surveys of the country don't wait for it.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from migstat.release.calendar import WaveKey
from migstat.release.errors import UnsafeError
from migstat.release.inputs import (
    Inputs,
    other_definitions,
    read_inputs,
    with_waves_of,
    write_inputs,
)
from migstat.release.release import Release, make_release
from migstat.release.stamp import Postponed, Stamp
from migstat.release.vintages import Vintage


def make_or_postpone(
    inputs: Inputs, folder: Path, stamp: Stamp, before: Sequence[Vintage]
) -> Release:
    """Make a release, if need be with the last released figures of some waves.

    Args:
        inputs: What the marts offer.
        folder: Where that is kept; what the release is made from takes its place.
        stamp: Which vintage it is.
        before: The vintages before it, oldest first.

    Raises:
        UnsafeError: Disclosure control lets no table of some wave leave, and nothing was released
            of it, the definition of its figures changed since, or nothing else is new.
        ReleaseError: As ``release.make_release`` does.
    """
    earlier = [vintage.as_earlier() for vintage in before]
    try:
        return make_release(inputs, stamp, earlier)
    except UnsafeError as error:
        if not stamp.baseline:
            raise
        last, known = before[stamp.baseline - 1], earlier[stamp.baseline - 1].inputs
        kept = with_waves_of(inputs, known, error.waves)
        if error.waves - known.waves or other_definitions(kept):
            raise
        shutil.rmtree(folder)
        write_inputs(kept, folder)
        kept = read_inputs(folder)
        if kept.sha256 == last.manifest.inputs_sha256:
            raise
        postponed = [_postponed(wave, last) for wave in sorted(error.waves)]
    return make_release(kept, stamp.model_copy(update={"postponed": tuple(postponed)}), earlier)


def _postponed(wave: WaveKey, last: Vintage) -> Postponed:
    """Say which vintage first had the figures that a wave keeps."""
    already = {one.key: one.vintage for one in last.stamp.postponed}
    survey, name = wave
    return Postponed(survey=survey, wave=name, vintage=already.get(wave, last.stamp.number))
