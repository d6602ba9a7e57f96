"""What leaves across countries: a brief of the figures that each country has put out itself."""

import hashlib
from pathlib import Path

from migstat.declarations import load_countries
from migstat.declarations.translations import MASTER
from migstat.disk import empty_folder, sync_tree
from migstat.paths import paths
from migstat.release.brief.across import build_across_brief
from migstat.release.brief.source import source_of_vintage
from migstat.release.brief.words import Words
from migstat.release.checksums import write_allowed_signers, write_checksums
from migstat.release.errors import NothingDueError
from migstat.release.extracts import extract_folder
from migstat.release.signing import load_signer
from migstat.release.vintages import Vintage, vintages
from migstat.release.writers.brief import write_document

FOLDER = "across"
FEWEST = 2  # countries that can be set beside each other
DIGITS = 12  # of the hash that tells one set of vintages from another


def put_out_across() -> Path:
    """Write the brief across countries from the newest vintages whose extracts are out.

    The same vintages make the same folder, which then stays as it is.

    Returns:
        The folder, ``data/extracts/across/<last date>-<hash of the vintages>``.

    Raises:
        NothingDueError: Fewer than two countries have put out a vintage.
        SigningKeyError: The key is not usable.
    """
    target, found = across_folder()
    if not target.is_dir():
        _write(found, target)
    return target


def across_folder() -> tuple[Path, list[Vintage]]:
    """Say where the brief of the newest vintages lies once it is out, and which these are.

    Raises:
        NothingDueError: Fewer than two countries have put out a vintage.
    """
    found = [one for country in load_countries() if (one := newest_out(country.iso3))]
    if len(found) < FEWEST:
        raise NothingDueError("across countries: fewer than two have put out a release")
    return paths().extracts / FOLDER / _name(found), found


def newest_out(iso3: str) -> Vintage | None:
    """Find the newest vintage of a country whose extract is out; None where none is."""
    out = [one for one in vintages(iso3) if extract_folder(iso3, one.stamp.number).is_dir()]
    return out[-1] if out else None


def _name(found: list[Vintage]) -> str:
    digest = hashlib.sha256("".join(vintage.content_id for vintage in found).encode())
    return f"{max(vintage.stamp.issued for vintage in found)}-{digest.hexdigest()[:DIGITS]}"


def _write(found: list[Vintage], target: Path) -> None:
    """Write beside and rename: half a folder is never seen."""
    signer = load_signer()
    with empty_folder(target.with_name(f".{target.name}")) as aside:
        sources = [source_of_vintage(vintage) for vintage in found]
        declared = [source.declared for source in sources]
        spoken = {code for source in sources for code in source.announced.languages}
        for language in sorted({MASTER, *spoken}):
            document = build_across_brief(sources, Words(language, *declared))
            write_document(document, aside, "migdis_across_brief")
        contacts = sorted({source.announced.contact for source in sources})
        write_allowed_signers(aside, contacts, signer.public_key)
        write_checksums(aside, signer)
        sync_tree(aside)
        aside.rename(target)
