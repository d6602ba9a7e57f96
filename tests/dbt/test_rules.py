"""Every dbt unit test, which hold the rules of status, households and indicators to claims."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from migstat.ledger import open_ledger
from migstat.paths import paths
from migstat.warehouse.inputs import write_inputs
from migstat.warehouse.project import INPUTS, run_dbt

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


def declared() -> list[str]:
    """Names of the unit tests, as the models' files and the claims declare them."""
    found = [*(PROJECT / "models").rglob("*.yml"), *(PROJECT / "claims").glob("*.yml")]
    files = [yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader) for file in found]
    return [test["name"] for content in files for test in content.get("unit_tests", [])]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What dbt says of each unit test, over empty tables of the right types."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIGSTAT_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("MIGSTAT_CLAIMS", "claims")
        write_inputs(paths().warehouse / INPUTS, open_ledger(), [], [])
        made = run_dbt(["--quiet", "run"])
        assert made.success, made.exception
        tested = run_dbt(["--quiet", "test", "--select", "test_type:unit"])
        assert tested.result is not None, tested.exception
        return {result.node.name: result for result in tested.result}


@pytest.mark.parametrize("name", declared())
def test_the_claim_holds(verdicts: dict[str, Any], name: str):
    assert str(verdicts[name].status) == "pass", verdicts[name].message
