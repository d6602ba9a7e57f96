"""Who made a vintage: another maker only where other code could write other bytes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from migstat.release.producer import CODE, LEFT_OUT, hash_code

LOADED = """
import sys
from migstat.release import making
print(*[module.__file__ for name, module in sys.modules.items() if name.startswith("migstat.rel")])
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package."""
    shutil.copytree(CODE, tmp_path / "release")
    return tmp_path / "release"


def append_code(file: Path) -> None:
    with file.open("a") as code:
        code.write("ANOTHER = 1\n")


@pytest.mark.parametrize(
    "name", ["delivery/mail.py", "delivery/letter.py", "microdata/report.py", "extracts.py"]
)
def test_code_that_comes_after_a_vintage_makes_no_other_maker(copy: Path, name: str):
    before = hash_code(copy)
    append_code(copy / name)
    (copy / "delivery/pigeon.py").write_text("ANOTHER = 1\n")
    assert hash_code(copy) == before


@pytest.mark.parametrize(
    "name", ["making.py", "writers/text.py", "brief/country.py", "disclosure/suppress.py"]
)
def test_code_that_writes_a_vintage_makes_another_maker(copy: Path, name: str):
    before = hash_code(copy)
    append_code(copy / name)
    assert hash_code(copy) != before


def test_what_python_compiled_makes_no_other_maker(copy: Path):
    before = hash_code(copy)
    (copy / "__pycache__").mkdir(exist_ok=True)
    (copy / "__pycache__" / "making.pyc").write_bytes(b"x")
    assert hash_code(copy) == before


def test_nothing_that_is_left_out_is_loaded_to_make_a_vintage():
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    loaded = {Path(file).relative_to(CODE) for file in done.stdout.split()}
    assert Path("making.py") in loaded
    assert [one for one in LEFT_OUT if not (CODE / one).exists()] == []
    assert [file for file in loaded if any(file.is_relative_to(one) for one in LEFT_OUT)] == []
