"""Publish what a country's calendar lets leave: one DAG per country that declares a release.

A run makes the next vintage of the country's tables, waits for those who must sign it, puts the
extract into `data/extracts/<iso3>/v<number>` and delivers it to every recipient. It comes when its
marts changed, and every quarter of an hour for the calendar, the embargo and what failed before. A
run whose first task is *skipped* found nothing due; its log says why.

A task `sign_<n>` waits for the person named in `release.approval` (*Browse*, *Required Actions*);
nobody else can answer, and `record_<n>` writes the answer into the ledger. A rejected vintage never
leaves: runs are skipped until there is a new one (corrected data, or `migstat release build
--correction`). Unanswered for a day, nothing leaves, and the next run asks again. `migstat release
approve` and `reject` answer from a terminal.

When `make_vintage` fails the release is refused, and trying again without a change gives the same:
the message says what to change (calendar, key, a file edited by hand, disclosure control). What is
out stays out. When `deliver` fails one recipient was not reached, the others were; the next runs,
or `migstat release deliver`, go on where it ended.
"""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable, Param, chain, task
from migstat.declarations import load_releasing_countries
from migstat.orchestration import release_tasks
from migstat.orchestration.assets import (
    TASK_DEFAULTS,
    Pool,
    Tag,
    due_within,
    extract_of,
    marts_of,
)
from migstat.orchestration.labels import publish_dag_id

for country in load_releasing_countries():
    iso3, release = country.iso3, country.release

    with DAG(
        dag_id=publish_dag_id(iso3),
        description=f"Makes, signs and delivers the extracts of {country.name}.",
        schedule=AssetOrTimeSchedule(
            assets=[marts_of(iso3)],
            timetable=CronTriggerTimetable("*/15 * * * *", timezone="UTC"),
        ),
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(days=7),
        deadline=due_within(240, f"The extract of {iso3}"),
        default_args={**TASK_DEFAULTS, "execution_timeout": timedelta(hours=1)},
        tags=[Tag.RELEASE, iso3],
        doc_md=__doc__,
    ):
        made = task(pool=Pool.RELEASE)(release_tasks.make_vintage)(iso3)
        steps = [made]
        for n, approver in enumerate(release.approval, 1):
            answer = HITLOperator(
                task_id=f"sign_{n}",
                subject=f"May the next extract of {country.name} leave? ({approver.name})",
                body="{{ ti.xcom_pull(task_ids='make_vintage')['summary'] }}",
                options=[release_tasks.APPROVE, release_tasks.REJECT],
                defaults=release_tasks.REJECT,
                params={release_tasks.WHY: Param(None, type=["null", "string"], title="Why")},
                assigned_users=[{"id": approver.user, "name": approver.name}],
                response_timeout=timedelta(days=1),
                execution_timeout=None,
                retries=0,
            )
            record = task(task_id=f"record_{n}")(release_tasks.record_answer)
            steps += [answer, record(answer.output, made, iso3, approver.name, approver.user)]
        out = task(outlets=[extract_of(iso3)])(release_tasks.put_out)(made, iso3)
        send = task(map_index_template="{{ recipient }}")(release_tasks.deliver)
        names = [recipient.name for recipient in release.recipients]
        chain(*steps, out, send.partial(made=made, iso3=iso3).expand(recipient=names))
