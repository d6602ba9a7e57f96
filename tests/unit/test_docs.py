"""The documents say what the code does."""

import re
from pathlib import Path

import pytest
import typer
from migstat.cli import app

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([CHECKOUT / "README.md", *(CHECKOUT / "docs").rglob("*.md")])
INTERNAL = {
    "MIGSTAT_AIRFLOW_OF",  # marks the processes of one Airflow
    "MIGSTAT_BUILD_FILE",  # from the builder to dbt
    "MIGSTAT_BUILD_INPUTS",  # likewise
}


def test_every_setting_that_the_package_reads_is_documented():
    read = {
        name
        for file in (CHECKOUT / "plugins").rglob("*.py")
        for name in re.findall(r'"(MIGSTAT_[A-Z_]+)"', file.read_text(encoding="utf-8"))
    }
    text = (CHECKOUT / "docs/how-to/configure-an-installation.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(MIGSTAT_[A-Z_]+)`", text, flags=re.MULTILINE))
    assert read - INTERNAL == documented


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_links_between_documents_lead_somewhere(document: Path):
    targets = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_the_readme_names_only_make_targets_that_exist():
    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", (CHECKOUT / "README.md").read_text()))
    named -= {"nothing"}
    assert named
    assert named <= targets


def test_the_readme_names_only_commands_that_exist():
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|bin/|`)migstat ([a-z]+)", readme, re.MULTILINE))
    assert {"drop", "ingest", "build", "status", "sql"} <= named - {"turns"}
    assert named - {"turns"} <= set(typer.main.get_group(app).commands)
