"""``SHA256SUMS`` of what leaves, the signature under it, and the key to check it with."""

from collections.abc import Iterable
from pathlib import Path

from migstat.release.hashes import compare_hashes, hash_files
from migstat.release.signing import NAMESPACE, Signer, verify

SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"
ALLOWED = "allowed_signers"


def write_allowed_signers(folder: Path, contacts: Iterable[str], public_key: str) -> Path:
    """Write who signs, as ``ssh-keygen -Y verify`` reads it.

    Whoever could change the files could change this one too: it spares the recipient typing a
    key, and its fingerprint is to be compared with the one that the office made known.

    Args:
        folder: Where to; before the checksums, so that they cover it.
        contacts: Under which addresses the key signs.
        public_key: The key (OpenSSH).
    """
    file = folder / ALLOWED
    line = f'{",".join(contacts)} namespaces="{NAMESPACE}" {public_key}\n'
    file.write_text(line, encoding="utf-8")
    return file


def write_checksums(folder: Path, signer: Signer | None) -> list[Path]:
    """Write the checksums of all files in a folder, as ``sha256sum`` does, and sign them.

    Returns:
        The files written.
    """
    lines = [f"{digest}  {name}\n" for name, digest in hash_files(folder).items()]
    sums = folder / SUMS
    sums.write_text("".join(lines), encoding="utf-8")
    if signer is None:
        return [sums]
    signature = folder / SIGNATURE
    signature.write_text(signer.sign(sums.read_bytes()), encoding="utf-8")
    return [sums, signature]


def check_checksums(folder: Path) -> list[str]:
    """Name the files of a folder that are missing, too many or changed, by its own checksums."""
    if not (folder / SUMS).is_file():
        return [f"{SUMS} is missing"]
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    wanted = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = hash_files(folder)
    for own in (SUMS, SIGNATURE):
        found.pop(own, None)
    return compare_hashes(wanted, found)


def check_signature(folder: Path, public_key: str) -> bool:
    """Whether the checksums in a folder carry this key's signature."""
    signature = (folder / SIGNATURE).read_text(encoding="utf-8")
    return verify((folder / SUMS).read_bytes(), signature, public_key)
