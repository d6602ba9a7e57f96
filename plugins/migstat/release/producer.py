"""Who made a vintage: the release code and the libraries that decide on bytes."""

import functools
import hashlib
from importlib.metadata import version
from pathlib import Path

CODE = Path(__file__).parent
DIGITS = 12
LEFT_OUT = (  # comes after a vintage is made, or makes something else
    "across.py",
    "approval.py",
    "auditing.py",
    "brief/across.py",
    "brief/across_tables.py",
    "delivery",
    "extracts.py",
    "microdata",
    "sign_off.py",
)
LIBRARIES = (
    "duckdb",
    "fonttools",
    "jinja2",
    "lxml",
    "matplotlib",
    "numpy",
    "pandas",
    "pyarrow",
    "pysdmx",
    "typst",
    "xlsxwriter",
)


@functools.cache
def producer() -> str:
    """Name the maker: version of migstat and a hash of its code and its libraries' versions.

    Another maker may write other bytes from the same inputs; an audit then says so.
    """
    libraries = " ".join(f"{name} {version(name)}" for name in LIBRARIES)
    digest = hashlib.sha256(f"{hash_code(CODE)} {libraries}".encode())
    return f"{version('migstat')}+{digest.hexdigest()[:DIGITS]}"


def hash_code(package: Path) -> str:
    """SHA-256 of the files in a copy of this package that can change a vintage's bytes."""
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*")):
        place = file.relative_to(package)
        if file.is_file() and "__pycache__" not in place.parts and not _is_left_out(place):
            digest.update(place.as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


def _is_left_out(place: Path) -> bool:
    return any(place.is_relative_to(one) for one in LEFT_OUT)
