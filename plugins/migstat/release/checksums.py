"""``SHA256SUMS`` of what leaves, and the signature under it."""

from pathlib import Path

from migstat.release.hashes import hash_files
from migstat.release.signing import Signer, verify

SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"


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


def check_signature(folder: Path, public_key: str) -> bool:
    """Whether the checksums in a folder carry this key's signature."""
    signature = (folder / SIGNATURE).read_text(encoding="utf-8")
    return verify((folder / SUMS).read_bytes(), signature, public_key)
