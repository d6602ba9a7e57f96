"""The staging models of a survey: each proposal with its reason, and the columns nobody mapped."""

from collections.abc import Iterator

from migstat.declarations import Catalogue
from migstat.drafting.mapping_guess import Proposal
from migstat.drafting.survey_plan import SurveyPlan
from migstat.drafting.tables import Plan
from migstat.drafting.yaml_text import comment, flow, flow_list, scalar

SQL_TEXT = "{{ harmonise() }}\n"
SAID = 70  # letters of a label in a comment


def staging_text(plan: SurveyPlan, table: Plan, catalogue: Catalogue) -> str:
    """Write the ``.yml`` of a staging model; the ``.sql`` beside it is ``SQL_TEXT``."""
    name = f"stg_{plan.code}__{table.name}"
    said = f"The {table.unit}s of {plan.code}. One row per delivery and {table.unit}."
    lines = [
        *comment("Drafted from an export: check every mapping, then delete this line."),
        "version: 2",
        "models:",
        f"  - name: {name}",
        f"    description: {scalar(said)}",
    ]
    proposals = plan.proposals(table)
    lines.append("    columns:" if proposals else "    columns: []  # nothing was recognised")
    known = catalogue.variables[table.name]
    for variable, proposal in proposals.items():
        lines += _column(proposal, known[variable].description)
    lines += _unmapped(plan, table)
    return "\n".join(lines) + "\n"


def _column(proposal: Proposal, description: str) -> Iterator[str]:
    yield from comment(f"check this: {proposal.why}", 6)
    if proposal.relevant:
        asked = proposal.relevant[:SAID]
        yield from comment(f"check this: asked only where {asked}; skipped ones come out null", 6)
    answers = proposal.answers
    if answers.open:
        left = ", ".join(f"{a} = {label[:SAID]}" for a, label in answers.open.items())
        yield from comment(f"check this: no code found for {left}", 6)
    yield f"      - name: {proposal.variable}"
    yield f"        description: {scalar(description)}"
    yield "        config:"
    yield "          meta:"
    yield f"            from: {scalar(proposal.column)}"
    if answers.codes:
        yield f"            codes: {flow(answers.codes, 12)}"
    if answers.not_stated:
        yield f"            not_stated: {flow_list(answers.not_stated, 12)}"


def _unmapped(plan: SurveyPlan, table: Plan) -> Iterator[str]:
    mapped = {proposal.column for proposal in plan.proposals(table).values()}
    yield from comment("Columns that pass the border and are mapped to nothing so far:", 6)
    for column in plan.passing(table):
        if column.name not in mapped:
            question = plan.questions.get(column.name)
            label = " ".join((question.text if question else column.label).split())
            yield f"      #   {column.name}{': ' if label else ''}{label[:SAID]}".rstrip()
