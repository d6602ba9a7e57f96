"""What an installation may set about running, each by one environment variable."""

import os
from dataclasses import dataclass

DEFAULTS = {
    "MIGSTAT_POLL_SECONDS": 1.0,
    "MIGSTAT_SWEEP_SECONDS": 60.0,
    "MIGSTAT_BATCH_SECONDS": 10.0,
    "MIGSTAT_RETENTION_DAYS": 0.0,
    "MIGSTAT_RUN_TIMEOUT": 1800.0,
    "MIGSTAT_DEADLINE_FACTOR": 1.0,
    "MIGSTAT_PORT": 0.0,
}


@dataclass(frozen=True)
class Settings:
    """The running of one installation.

    Attributes:
        poll_seconds: Pause between two looks of a doorbell (``MIGSTAT_POLL_SECONDS``).
        sweep_seconds: Time between two timed sweeps, which heal what an event lost
            (``MIGSTAT_SWEEP_SECONDS``).
        batch_seconds: How long a build waits for deliveries still being taken in, so that a
            batch costs one build (``MIGSTAT_BATCH_SECONDS``).
        retention_days: Days an original stays in the drop zone after its delivery was decided;
            0 keeps it for ever (``MIGSTAT_RETENTION_DAYS``).
        deadline_factor: What every deadline of a run is multiplied by: above 1 on a slow machine,
            far below 1 to see one missed (``MIGSTAT_DEADLINE_FACTOR``).
        run_timeout: Seconds after which ``make run`` gives up (``MIGSTAT_RUN_TIMEOUT``).
        port: Port of the web page and the REST door; 0 takes a free one (``MIGSTAT_PORT``).
    """

    poll_seconds: float
    sweep_seconds: float
    batch_seconds: float
    retention_days: float
    run_timeout: float
    deadline_factor: float
    port: int


def settings() -> Settings:
    """Read the settings from the environment.

    Returns:
        The settings named by ``MIGSTAT_…`` variables, or their defaults.

    Raises:
        ValueError: A variable holds no number, or a negative one.
    """
    values = {name: _number(name) for name in DEFAULTS}
    return Settings(
        poll_seconds=values["MIGSTAT_POLL_SECONDS"],
        sweep_seconds=values["MIGSTAT_SWEEP_SECONDS"],
        batch_seconds=values["MIGSTAT_BATCH_SECONDS"],
        retention_days=values["MIGSTAT_RETENTION_DAYS"],
        run_timeout=values["MIGSTAT_RUN_TIMEOUT"],
        deadline_factor=values["MIGSTAT_DEADLINE_FACTOR"],
        port=int(values["MIGSTAT_PORT"]),
    )


def _number(name: str) -> float:
    text = os.environ.get(name) or str(DEFAULTS[name])
    try:
        number = float(text)
    except ValueError as error:
        raise ValueError(f"{name} is {text!r}, which is no number; unset it or give one") from error
    if not 0 <= number < float("inf"):
        raise ValueError(f"{name} is {text!r}; it must be zero or more")
    return number
