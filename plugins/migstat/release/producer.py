"""Who made a vintage: the release code and the libraries that decide on bytes."""

import functools
import hashlib
from importlib.metadata import version
from pathlib import Path

CODE = Path(__file__).parent
DIGITS = 12
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
    """Name the maker: version of migstat and a hash of this package and its libraries' versions.

    Another maker may write other bytes from the same inputs; an audit then says so.
    """
    digest = hashlib.sha256()
    for file in sorted(CODE.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(file.relative_to(CODE).as_posix().encode() + file.read_bytes())
    digest.update(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    return f"{version('migstat')}+{digest.hexdigest()[:DIGITS]}"
