"""What the release tasks do, with the same functions as ``migstat release``.

A refusal is no fault of the machine: trying again without a change gives the same, so it fails at
once. Every function may be killed at any line and run again. Heavy imports stay inside, so that
DAG files load fast.
"""

import logging
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from migstat.declarations import load_country
from migstat.ledger import DELIVERED, Ledger, Release, open_ledger
from migstat.ledger.types import utc_now
from migstat.release.errors import NothingDueError, RejectedError, ReleaseError
from migstat.release.looks import begin_look

if TYPE_CHECKING:
    from migstat.release.vintages import Vintage

log = logging.getLogger(__name__)

APPROVE, REJECT = "Approve", "Reject"  # the answers that a person can give to the question of a DAG
WHY = "why"  # the field for what they say to it


def make_vintage(iso3: str) -> dict[str, Any]:
    """Make the next vintage of a country, or find the newest one that has not reached everybody.

    Args:
        iso3: The country whose DAG this is.

    Returns:
        The number of the vintage, its name, and what those who sign it must know.

    Raises:
        AirflowSkipException: Nothing is due, its data are still arriving, all is out, or the newest
            vintage was rejected.
        AirflowFailException: The release is refused.
    """
    ledger = open_ledger()
    begun = begin_look(iso3, ledger)
    if told := begun.known(utc_now()):
        raise AirflowSkipException(told)
    # only now: most looks end above, and what follows takes seconds to load
    from migstat.warehouse.published import marts_file  # noqa: PLC0415

    if not marts_file().is_file():
        raise AirflowSkipException("No marts are published yet.")
    if awaited := still_arriving(iso3, ledger):
        raise AirflowSkipException(f"{iso3} is released when its marts are: {'; '.join(awaited)}.")
    with _refusals():
        try:
            return _told(_vintage_to_send(iso3, ledger))
        except NothingDueError as error:
            begun.keep(str(error), error.until)
            raise


def still_arriving(iso3: str, ledger: Ledger) -> list[str]:
    """Say what of a country is on its way to the marts.

    A vintage made before all of it is there would be revised within minutes. A delivery that can't
    be taken in is refused, and a survey that can't be built is not waited for.
    """
    from migstat.orchestration.labels import label  # noqa: PLC0415 - as below
    from migstat.orchestration.progress import unbuilt_waves  # noqa: PLC0415 - duckdb is heavy

    waiting = [f"{label(delivery)} waits to be taken in" for delivery in ledger.waiting(iso3)]
    own = f"{iso3.lower()}_"
    unbuilt = [f"{wave} is to be built" for wave in unbuilt_waves(ledger) if wave.startswith(own)]
    return waiting + unbuilt


def record_answer(
    answer: Mapping[str, Any], made: Mapping[str, Any], iso3: str, name: str, user: str
) -> list[str]:
    """Write into the ledger that somebody signed a vintage, or rejected it.

    Args:
        answer: What Airflow kept of the answer: who it was stands there, and not in its event log,
            which lists refused attempts alike.
        made: What ``make_vintage`` returned.
        iso3: The country.
        name: Who is to sign, as ``release.approval`` names them.
        user: Their user id in Airflow.

    Returns:
        Who must sign still.

    Raises:
        AirflowSkipException: They rejected it, or nobody answered in time.
        AirflowFailException: Somebody else answered, or the vintage can't be signed.
    """
    from migstat.release.approval import approve, reject  # noqa: PLC0415 - pandas is heavy

    by, is_signed = answer["responded_by_user"], answer["chosen_options"] == [APPROVE]
    if by is None and not is_signed:
        raise AirflowSkipException(f"{name} did not answer in time; the next run asks again.")
    if by is None or by["id"] != user:
        raise AirflowFailException(
            f"{made['name']} was answered by {by!r}, not by {name} (user {user!r}); it does not "
            "leave"
        )
    ledger = open_ledger()
    with _refusals():
        if is_signed:
            return approve(iso3, made["vintage"], name, ledger)
        said = answer["params_input"].get(WHY) or ""
        reject(iso3, made["vintage"], name, str(said), ledger)
    raise AirflowSkipException(f"{name} rejected {made['name']}; it never leaves.")


def put_out(made: Mapping[str, Any], iso3: str) -> str:
    """Put the extract of a vintage out.

    Args:
        made: What ``make_vintage`` returned.
        iso3: The country.

    Returns:
        The folder of the extract.

    Raises:
        AirflowFailException: It is refused: a signature is missing, or a file was changed.
    """
    from migstat.release import extracts  # noqa: PLC0415 - pandas is heavy

    ledger = open_ledger()
    with _refusals():
        return str(extracts.put_out(_vintage(iso3, made, ledger), ledger))


def deliver(recipient: str, made: Mapping[str, Any], iso3: str) -> int:
    """Deliver the extract of a vintage to one recipient, who gets it no second time.

    Args:
        recipient: As ``release.recipients`` names them.
        made: What ``make_vintage`` returned.
        iso3: The country.

    Returns:
        Bytes that were sent.

    Raises:
        DeliveryError: The recipient was not reached; trying again goes on where it ended.
        AirflowFailException: The delivery is refused: the extract was changed.
    """
    from migstat.release import delivery  # noqa: PLC0415 - pandas is heavy

    context: MutableMapping[str, Any] = get_current_context()  # type: ignore[assignment]
    context["recipient"] = recipient  # the label of the mapped task
    ledger = open_ledger()
    with _refusals(trying_again_helps=delivery.DeliveryError):
        outcomes = delivery.deliver(_vintage(iso3, made, ledger), ledger, only=recipient)
    return sum(outcome.n_bytes for outcome in outcomes)


def put_out_across() -> str:
    """Set the newest extracts of all countries beside each other.

    Returns:
        The folder.

    Raises:
        AirflowSkipException: Fewer than two countries have put out a vintage.
        AirflowFailException: It is refused.
    """
    from migstat.release import across  # noqa: PLC0415 - pandas is heavy

    with _refusals():
        return str(across.put_out_across(open_ledger()))


@contextmanager
def _refusals(*, trying_again_helps: type[ReleaseError] | tuple[()] = ()) -> Iterator[None]:
    """Skip what is not due or rejected, fail what is refused; the text is the office's own."""
    try:
        yield
    except (NothingDueError, RejectedError) as error:
        raise AirflowSkipException(str(error)) from error
    except trying_again_helps:
        raise
    except ReleaseError as error:
        raise AirflowFailException(str(error)) from error


def _vintage_to_send(iso3: str, ledger: Ledger) -> "Vintage":
    """Make the next vintage, or find the newest one that has not reached everybody.

    Raises:
        NothingDueError: Nothing may leave, or all is out.
        ReleaseError: The release is refused, or the newest vintage was rejected.
    """
    from migstat.release.due import look  # noqa: PLC0415 - pandas is heavy
    from migstat.release.extracts import refuse_rejected  # noqa: PLC0415 - likewise
    from migstat.release.records import checked_vintages  # noqa: PLC0415 - likewise

    found = look(iso3, ledger)
    if not found.is_made_from_marts:
        return _build(iso3, ledger)
    vintage = checked_vintages(iso3, ledger)[-1]
    released = ledger.releases(iso3)[-1]
    refuse_rejected(released)
    if _has_reached_everybody(released, ledger):
        raise NothingDueError(f"{vintage.name} is out and nothing is new.", found.until)
    return vintage


def _build(iso3: str, ledger: Ledger) -> "Vintage":
    from migstat.release.making import build  # noqa: PLC0415 - the writers are heavy

    vintage, _ = build(iso3, ledger)
    log.info("%s is made", vintage.name)
    if postponed := vintage.stamp.told_postponed:
        log.warning("Some revisions can't be protected beside what is out: %s", postponed)
    return vintage


def _told(vintage: "Vintage") -> dict[str, Any]:
    from migstat.release.sign_off import sign_off_text  # noqa: PLC0415 - pandas is heavy

    return {
        "vintage": vintage.stamp.number,
        "name": vintage.name,
        "summary": sign_off_text(vintage),
    }


def _vintage(iso3: str, made: Mapping[str, Any], ledger: Ledger) -> "Vintage":
    from migstat.release.records import checked_vintages  # noqa: PLC0415 - pandas is heavy
    from migstat.release.vintages import pick  # noqa: PLC0415 - likewise

    return pick(checked_vintages(iso3, ledger), iso3, made["vintage"])


def _has_reached_everybody(released: Release, ledger: Ledger) -> bool:
    from migstat.release.extracts import is_out  # noqa: PLC0415 - pandas is heavy
    from migstat.release.release import release_of  # noqa: PLC0415 - likewise

    sent = ledger.extract_deliveries(released.country_code, released.vintage)
    reached = {row.recipient for row in sent if row.state == DELIVERED}
    wanted = {one.name for one in release_of(load_country(released.country_code)).recipients}
    return wanted <= reached and is_out(released)
