"""Writing all files of a draft or none: beside first, then renamed."""

import os
from collections.abc import Mapping
from pathlib import Path

from migstat.disk import sync

PART = ".draft-part"


class FilesExistError(FileExistsError):
    """Files of the draft are there already; none was touched."""

    def __init__(self, files: list[Path]) -> None:
        """Keep the files; the text lists them all."""
        named = "\n".join(f"  {file}" for file in files)
        super().__init__(f"nothing was written, for these files are there already:\n{named}")
        self.files = files


def write_files(texts: Mapping[Path, str], *, force: bool = False) -> list[Path]:
    """Write texts to their files.

    Args:
        texts: File to content.
        force: Replace files that are there.

    Returns:
        The files, in order.

    Raises:
        FilesExistError: Some are there already, without ``force``.
        OSError: The disk failed; what was begun is cleared away again.
    """
    taken = [file for file in texts if file.exists()]
    if taken and not force:
        raise FilesExistError(taken)
    parts = {file: file.with_name(f".{file.name}{PART}") for file in texts}
    try:
        for file, text in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            parts[file].write_text(text, encoding="utf-8")
            sync(parts[file])
        _swap(parts)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return list(texts)


def _swap(parts: Mapping[Path, Path]) -> None:
    """Rename all into place; what was there comes back if one can't be."""
    before = {file: file.read_bytes() if file.exists() else None for file in parts}
    done: list[Path] = []
    try:
        for file, part in parts.items():
            os.replace(part, file)  # noqa: PTH105 - the same call everywhere in the house
            done.append(file)
    except OSError:
        for file in done:
            _put_back(file, before[file])
        raise


def _put_back(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
    else:
        file.write_bytes(content)
