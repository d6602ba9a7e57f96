"""What leaves across countries: a brief of the figures that each country has put out itself."""

import hashlib
from pathlib import Path

from migstat.declarations import load_countries
from migstat.declarations.translations import MASTER
from migstat.disk import empty_folder, sync_tree
from migstat.ledger import Ledger
from migstat.paths import paths
from migstat.release.brief.across import build_across_brief
from migstat.release.brief.source import source_of_vintage
from migstat.release.brief.words import Words
from migstat.release.checksums import (
    SUMS,
    check_checksums,
    write_allowed_signers,
    write_checksums,
)
from migstat.release.errors import NothingDueError, TamperedError
from migstat.release.extracts import extract_folder
from migstat.release.hashes import sha256
from migstat.release.records import checked_vintages
from migstat.release.signing import load_signer
from migstat.release.vintages import Vintage, vintages
from migstat.release.writers.brief import write_document

FOLDER = "across"
FEWEST = 2  # countries that can be set beside each other
DIGITS = 12  # of the hash that tells one set of vintages from another


def put_out_across(ledger: Ledger) -> Path:
    """Write the brief across countries from the newest vintages whose extracts are out.

    The same vintages make the same folder, which then stays as it is.

    Args:
        ledger: Knows what was released; is told from which vintages the brief is made.

    Returns:
        The folder, ``data/extracts/across/<last date>-<hash of the vintages>``.

    Raises:
        NothingDueError: Fewer than two countries have put out a vintage.
        SigningKeyError: The key is not usable.
        TamperedError: A vintage, or the brief that lies there, is not what was made.
    """
    target, found = across_folder()
    if target.is_dir():
        _refuse_other_bytes(target, ledger)
    else:
        for vintage in found:
            checked_vintages(vintage.stamp.country, ledger)
        _write(found, target)
    made_from = {vintage.stamp.country: vintage.stamp.number for vintage in found}
    ledger.record_across(target.name, sha256(target / SUMS), made_from)
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


def _refuse_other_bytes(target: Path, ledger: Ledger) -> None:
    """Hold what lies there against its own checksums, and these against the ledger."""
    findings = check_checksums(target)
    known = [row.sums_sha256 for row in ledger.across_briefs() if row.folder == target.name]
    if known and not findings and sha256(target / SUMS) not in known:
        findings = [f"{SUMS} has other bytes"]
    if findings:
        raise TamperedError(
            f"{target} is not what was made: {'; '.join(findings)}. Remove that folder and "
            "`migstat release across` makes it again"
        )


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
