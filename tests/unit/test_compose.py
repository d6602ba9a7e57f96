"""docker-compose.yml and Dockerfile, held against the code: no container engine runs in CI."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from migstat.cli import app
from migstat.orchestration.pools import POOLS
from ruamel.yaml import YAML
from typer.main import get_command
from typer.testing import CliRunner

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE_TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = YAML(typ="safe").load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
AIRFLOW = {"api-server", "scheduler", "dag-processor", "triggerer", "worker", "init"}
USERS = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"
EXACT_TAG = re.compile(r"^[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)*$")
LOAD_OPTIONS = """
import json
from airflow.configuration import conf
from airflow.providers.celery.get_provider_info import get_provider_info
from airflow.cli.cli_parser import get_parser
import sys
wanted = json.load(sys.stdin)
sections = {**conf.configuration_description, **get_provider_info()["config"]}
known = {f"AIRFLOW__{s}__{o}".upper() for s, d in sections.items() for o in d["options"]}
unknown = [command for command in wanted["commands"] if not get_parser().parse_args(command)]
print(json.dumps({"variables": sorted(set(wanted["variables"]) - known), "commands": unknown}))
"""


def shell_lines(service: dict[str, Any]) -> list[list[str]]:
    """The commands a service runs, each split into words."""
    command = list(service["command"])
    if command[:2] == ["bash", "-ec"]:
        return [shlex.split(line) for line in command[2].splitlines() if line.strip()]
    return [command]


def airflow_commands() -> list[list[str]]:
    lines = [line for name in sorted(AIRFLOW) for line in shell_lines(SERVICES[name])]
    checks = [
        shlex.split(test[1])
        for name in sorted(AIRFLOW - {"init"})
        for test in [SERVICES[name]["healthcheck"]["test"]]
        if test[0] == "CMD-SHELL"
    ]
    return [line[1:] for line in lines + checks if line[0] == "airflow"]


def environment_of(name: str) -> dict[str, str]:
    return SERVICES[name].get("environment", {})


def test_the_services_are_those_of_the_celery_set_up():
    assert set(SERVICES) == AIRFLOW | {"postgres", "redis"}


def test_every_service_that_stays_says_when_it_is_healthy():
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"init"}


def test_images_of_others_have_exact_tags():
    images = [SERVICES[name]["image"] for name in ("postgres", "redis")]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)

    assert [image for image in images if not EXACT_TAG.match(image)] == []


def test_the_image_has_the_python_the_project_requires():
    assert re.search(r"^FROM python:3\.11\.", DOCKERFILE, flags=re.MULTILINE)


def test_a_variable_without_a_default_stops_the_start_when_absent():
    variables = re.findall(r"(?<!\$)\$\{([A-Z_]+)([^}]*)\}", COMPOSE_TEXT)

    careless = {name for name, rest in variables if not rest.startswith((":?", ":-"))}
    assert careless == set()


@pytest.mark.parametrize("word", ["PASSWORD", "KEY", "SECRET"])
def test_no_secret_is_written_down(word: str):
    secrets = [
        value
        for name in SERVICES
        for variable, value in environment_of(name).items()
        if variable.endswith(word)
    ]
    assert [value for value in secrets if not re.match(r"^\$\{[A-Z_]+:\?", value)] == []


def test_ports_are_open_on_loopback_only():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert set(ports) == {"api-server"}
    assert all(port.startswith("127.0.0.1:") for port in ports["api-server"])


def test_every_variable_of_migstat_is_read_by_the_code():
    code = "".join(file.read_text(encoding="utf-8") for file in (PROJECT / "plugins").rglob("*.py"))
    own = {
        variable
        for name in AIRFLOW
        for variable in environment_of(name)
        if variable.startswith("MIGSTAT_") and variable != "MIGSTAT_ADMIN_PASSWORD"
    }
    assert {"MIGSTAT_HOME", "MIGSTAT_PROJECT", "MIGSTAT_LEDGER_URL"} <= own
    assert [variable for variable in sorted(own) if f'"{variable}"' not in code] == []


def test_airflow_knows_every_option_and_command(tmp_path: Path):
    options = {
        variable
        for name in AIRFLOW
        for variable in environment_of(name)
        if variable.startswith("AIRFLOW__")
    }
    wanted = {"variables": sorted(options), "commands": airflow_commands()}
    done = subprocess.run(
        [sys.executable, "-c", LOAD_OPTIONS],
        input=json.dumps(wanted),
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {"variables": [], "commands": []}


def test_every_line_calls_a_program_that_the_image_has():
    programs = {line[0] for name in AIRFLOW for line in shell_lines(SERVICES[name])}

    assert programs == {"airflow", "migstat", "python", "umask"}


def test_migstat_knows_every_command_with_its_words():
    used = [
        line[1:] for name in AIRFLOW for line in shell_lines(SERVICES[name]) if line[0] == "migstat"
    ]

    assert used
    for words in used:
        assert words[0] in getattr(get_command(app), "commands", {})
        assert CliRunner().invoke(app, [*words, "--help"]).exit_code == 0, words


def test_the_login_is_written_as_airflow_reads_it(tmp_path: Path):
    (script,) = (line for line in shell_lines(SERVICES["init"]) if line[0] == "python")
    *command, into, file = script
    done = subprocess.run(
        [sys.executable, *command[1:]],
        env={"MIGSTAT_ADMIN_PASSWORD": 'a "word"'},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    options = environment_of("init")
    assert into == ">"
    assert file == options["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]
    (user, _), *others = (u.split(":") for u in options[USERS].split(","))
    assert (json.loads(done.stdout), others) == ({user: 'a "word"'}, [])


def test_the_health_of_a_worker_is_asked_by_a_command_that_celery_knows(tmp_path: Path):
    words = shlex.split(SERVICES["worker"]["healthcheck"]["test"][1])
    asked = words.index("inspect")
    listed = subprocess.run(
        [Path(sys.executable).with_name(words[0]), *words[1:asked], "inspect", "--list"],
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    assert re.search(rf"^ *{words[asked + 1]} ", listed.stdout, flags=re.MULTILINE)


def test_the_pools_are_those_of_the_code():
    lines = shell_lines(SERVICES["init"])
    pools = {
        line[3]: (int(line[4]), line[5])
        for line in lines
        if line[:3] == ["airflow", "pools", "set"]
    }

    assert pools == POOLS


def test_everybody_waits_for_init_and_init_for_the_databases():
    assert set(SERVICES["init"]["depends_on"]) == {"postgres", "redis"}
    assert all("init" in SERVICES[name]["depends_on"] for name in AIRFLOW - {"init"})


def test_urls_name_services_and_their_ports():
    urls = [value for name in AIRFLOW for value in environment_of(name).values() if "://" in value]
    hosts = {urlsplit(re.sub(r"\$\{[^}]*\}", "secret", url)).netloc.rsplit("@")[-1] for url in urls}

    assert hosts == {"postgres:5432", "redis:6379", "api-server:8080"}


def test_every_airflow_process_sees_the_data_folder():
    for name in sorted(AIRFLOW):
        assert "${MIGSTAT_DATA:-./data}:/data" in SERVICES[name]["volumes"], name


def test_named_volumes_are_declared_and_used():
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(("$", ".", "/"))
    }
    assert used == set(COMPOSE["volumes"])


def test_what_the_dockerfile_copies_exists_and_reaches_the_builder():
    copied = [
        source
        for line in re.findall(r"^COPY (.+)$", DOCKERFILE, flags=re.MULTILINE)
        for source in line.split()[:-1]
    ]
    let_in = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert "requirements.lock" in copied
    assert [source for source in copied if not (PROJECT / source).exists()] == []
    assert [source for source in copied if f"!{source.removeprefix('./')}" not in let_in] == []
