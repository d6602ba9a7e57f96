"""Parts of the main job that need no Airflow: its folder, its settings, where a run stands."""

import json
import socket
import stat
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from migstat.orchestration import progress, report
from migstat.orchestration.airflow_home import prepare, sole_use
from migstat.orchestration.errors import AirflowRunsAlreadyError
from migstat.orchestration.extract_watch import Extract, State
from migstat.orchestration.labels import delivery_prefix, label
from migstat.orchestration.main_job import MainJob, rest_after
from migstat.orchestration.progress import Display, Standing, standing
from migstat.orchestration.settings import settings
from rich.console import Console

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
OUT = State.OUT


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


def extract(name: str, state: State) -> Extract:
    return Extract(name, f"publish_extracts_{name.lower()}", state, "told")


def test_progress_counts_the_extracts_that_are_due_and_names_the_others():
    one, two, three = extract("ARG", State.OUT), extract("PER", State.AWAITED), extract("SLV", OUT)
    held, refused = extract("BGD", State.NOT_DUE), extract("IDN", State.FAILED)
    now = Standing((delivery("accepted"),), 0, {}, (one, held, refused, two, three))  # type: ignore[arg-type]

    assert now.lines()[-1] == "extracts: 2 of 4, 1 failed"
    assert now.awaited == [two]


def test_the_report_says_where_each_extract_lies_and_why_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path))
    folder = tmp_path / "extracts/arg/v1"
    folder.mkdir(parents=True)
    (folder / "SHA256SUMS").write_text("")
    shown = StringIO()
    extracts = (
        Extract("ARG", "publish_extracts_arg", OUT, str(folder)),
        Extract("BGD", "publish_extracts_bgd", State.NOT_DUE, "BGD: under embargo until [noon]"),
        Extract("IDN", "publish_extracts_idn", State.FAILED, "see the log"),
    )

    report.show_extracts(Console(file=shown, width=300), extracts)

    assert "arg/v1" in shown.getvalue()
    assert "under embargo until [noon]" in shown.getvalue()
    assert "Not released: IDN: see the log" in shown.getvalue()


class FakeApi:
    """An Airflow in which something runs or not, and what was started there by hand."""

    def __init__(self, *work: bool) -> None:
        self.work = list(work)
        self.started: list[str] = []

    def has_work_under_way(self) -> bool:
        return self.work.pop(0)

    def start(self, dag_id: str) -> None:
        self.started.append(dag_id)


@pytest.mark.parametrize(("look", "rest"), [(0.01, 0.5), (1.0, 9.0), (35.0, 15.0)])
def test_it_rests_longer_than_it_looks_but_never_for_minutes(look: float, rest: float):
    assert rest_after(look) == rest


@pytest.mark.parametrize(
    ("work", "started"),
    [
        ([True, True, True], []),
        ([False, True, False], []),
        ([False, False], ["publish_extracts_per"]),
        ([False, False, False], ["publish_extracts_per"]),
    ],
)
def test_an_awaited_extract_is_started_when_nothing_runs_twice_in_a_row(
    work: list[bool], started: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MIGSTAT_HOME", str(tmp_path))
    job = MainJob(Console(file=StringIO()), stays=False)
    now = Standing((), 0, {}, (extract("ARG", OUT), extract("PER", State.AWAITED)))
    api = FakeApi(*work)
    while api.work:
        job.wake(api, now)  # type: ignore[arg-type]

    assert api.started == started


@pytest.mark.parametrize("name", ["[/b]", "[@click=x(]", "[red]"])
def test_on_a_terminal_what_others_named_is_shown_as_text(name: str):
    shown = StringIO()
    refused = delivery("refused", survey_code=name)
    refused.reason = f"column 'age' is not in p.csv; nearest: {name!r}"
    now = Standing((refused,), 0, {})  # type: ignore[arg-type]

    with Display(Console(file=shown, force_terminal=True, width=300)) as display:
        display.show(now)

    assert shown.getvalue().count(name) >= 2
