"""Parts of the main job that need no Airflow: its folder, its settings, where a run stands."""

import json
import socket
import stat
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from migstat.orchestration import progress
from migstat.orchestration.airflow_home import prepare, sole_use
from migstat.orchestration.errors import AirflowRunsAlreadyError
from migstat.orchestration.labels import delivery_prefix, label
from migstat.orchestration.progress import Display, Standing, standing
from migstat.orchestration.settings import settings
from rich.console import Console

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def delivery(state: str, survey_code: str = "zzz_survey") -> SimpleNamespace:
    return SimpleNamespace(
        delivery_id="ab" * 32,
        survey_code=survey_code,
        wave="2021",
        state=state,
        n_accepted=7,
        n_quarantined=1,
        reason=None,
    )


def ledger(*deliveries: SimpleNamespace, failures: dict[str, str] | None = None) -> SimpleNamespace:
    finished = SimpleNamespace(failures=failures or {}, finished_at=MOMENT)
    begun = SimpleNamespace(failures={}, finished_at=None)
    return SimpleNamespace(deliveries=lambda: list(deliveries), builds=lambda: [finished, begun])


def test_a_second_main_job_on_the_same_folder_is_refused_by_its_process(tmp_path: Path):
    with sole_use(tmp_path), pytest.raises(AirflowRunsAlreadyError) as refused, sole_use(tmp_path):
        pass

    assert str(tmp_path) in str(refused.value)
    assert "MIGSTAT_HOME" in str(refused.value)


def test_a_folder_is_free_again_when_its_main_job_ended(tmp_path: Path):
    with sole_use(tmp_path):
        pass
    with sole_use(tmp_path):
        assert (tmp_path / "held_by").exists()


def test_keys_and_password_are_kept_for_the_owner_alone(tmp_path: Path):
    first, second = prepare(tmp_path), prepare(tmp_path)

    assert first.password == second.password
    assert json.loads((tmp_path / "login.json").read_text()) == {"admin": first.password}
    assert [
        stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("keys.json", "login.json")
    ] == [
        0o600,
        0o600,
    ]


def test_airflow_listens_on_loopback_only_and_reports_to_nobody(tmp_path: Path):
    environment = prepare(tmp_path).environment

    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW_HOME"] == str(tmp_path)
    assert environment["GX_ANALYTICS_ENABLED"] == "false"


def test_a_port_that_is_taken_is_left_to_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        monkeypatch.setenv("MIGSTAT_PORT", str(owner.getsockname()[1]))

        with pytest.raises(OSError, match="set MIGSTAT_PORT to another"):
            prepare(tmp_path)


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf"])
def test_a_setting_that_is_no_time_is_refused_by_name(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MIGSTAT_POLL_SECONDS", text)

    with pytest.raises(ValueError, match="MIGSTAT_POLL_SECONDS"):
        settings()


def test_a_label_names_survey_wave_and_the_start_of_the_id():
    assert label(delivery("accepted")) == "zzz_survey|2021|abababababab"


@pytest.mark.parametrize("key", ["zzz_survey|2021|abab", "abab", " abab "])
def test_a_delivery_is_found_by_its_label_or_the_start_of_its_id(key: str):
    assert delivery_prefix(key) == "abab"


@pytest.mark.parametrize(
    ("deliveries", "changed", "is_done"),
    [
        ([], [], False),
        (["registered"], [], False),
        (["accepted"], ["zzz_survey/2021"], False),
        (["accepted"], [], True),
        (["accepted", "refused"], [], True),
    ],
)
def test_a_run_is_done_when_all_is_decided_and_built(
    deliveries: list[str], changed: list[str], is_done: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(progress, "changed_waves", lambda _: changed)

    assert standing(ledger(*map(delivery, deliveries))).is_done is is_done


def test_a_survey_that_could_not_be_built_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress, "changed_waves", lambda _: ["zzz_survey/2021"])

    now = standing(ledger(delivery("accepted"), failures={"zzz_survey": "a test failed"}))

    assert now.is_done
    assert now.failures == {"zzz_survey": "a test failed"}


def test_without_a_terminal_a_line_is_said_once_per_change():
    shown = StringIO()
    now = Standing((delivery("registered"),), 0, {})  # type: ignore[arg-type]

    with Display(Console(file=shown)) as display:
        display.show(now)
        display.show(now)

    assert shown.getvalue().count("1 registered") == 1


@pytest.mark.parametrize("name", ["[/b]", "[@click=x(]", "[red]"])
def test_on_a_terminal_what_others_named_is_shown_as_text(name: str):
    shown = StringIO()
    refused = delivery("refused", survey_code=name)
    refused.reason = f"column 'age' is not in p.csv; nearest: {name!r}"
    now = Standing((refused,), 0, {})  # type: ignore[arg-type]

    with Display(Console(file=shown, force_terminal=True, width=300)) as display:
        display.show(now)

    assert shown.getvalue().count(name) >= 2
