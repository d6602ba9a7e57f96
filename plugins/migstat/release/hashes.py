"""Hashes of the files in a folder, and how two lists of them differ."""

import hashlib
from collections.abc import Mapping
from pathlib import Path


def sha256(file: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file under a folder by its path there, in the order of the paths."""
    return {
        file.relative_to(folder).as_posix(): sha256(file)
        for file in sorted(folder.rglob("*"))
        if not file.is_dir()
    }


def compare_hashes(wanted: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Name the files that are missing, too many or changed."""
    return [
        *(f"{name} is missing" for name in sorted(wanted.keys() - found.keys())),
        *(f"{name} was not made" for name in sorted(found.keys() - wanted.keys())),
        *(
            f"{name} has other bytes"
            for name in sorted(wanted.keys() & found.keys())
            if wanted[name] != found[name]
        ),
    ]
