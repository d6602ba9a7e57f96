"""The proof for the office's disclosure officer: part of a vintage, never of an extract.

It names figures that are withheld, and must not leave the office.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from migstat.release.disclosure.cell_keys import KEYS, Perturbed, Row, build_p_table
from migstat.release.disclosure.gate import Review
from migstat.release.disclosure.gate_rules import Secret
from migstat.release.disclosure.model import (
    TOTAL,
    Cell,
    Profile,
    Protection,
    Rule,
    TableSystem,
    Vintage,
)

LISTED = 20  # figures that are listed by name
OPINION = "`migstat release audit --attack` lets a linear program try to find what is withheld."


@dataclass(frozen=True)
class Case:
    """All that a report says of one system.

    Attributes:
        protection: What was decided.
        profile: By which rules.
        review: What the gate found.
        earlier: Vintages that the attacker has too.
    """

    protection: Protection
    profile: Profile
    review: Review
    earlier: Sequence[Vintage] = ()


def proof_report(title: str, cases: Iterable[Case]) -> str:
    """Write the report of a vintage as Markdown.

    Args:
        title: Names country and vintage.
        cases: Its systems, in the order of the report.
    """
    listed = list(cases)
    parts = [
        f"# Disclosure control: {title}",
        "For the disclosure officer. It names withheld figures: never part of an extract.",
        _summary(listed),
        *(_case(case) for case in listed),
    ]
    return "\n\n".join(parts) + "\n"


def perturbation_report(out: Vintage, rung: str, perturbed: Perturbed) -> str:
    """Report on a system whose counts are changed at random: a section of the same report.

    Args:
        out: Its plan, and what is told of it.
        rung: Name of the plan.
        perturbed: The counts that are told.
    """
    keys, cells = perturbed.keys, out.system.cells
    left_out, withheld = len(cells) - len(perturbed.told), len(perturbed.told) - len(out.shown)
    lines = [
        f"## {out.system.name}",
        "- Protected by cell keys: counts are changed at random and not withheld. Nothing is "
        "proved here, and no other table of people is shown to fit.",
        f"- Plan of the ladder: {rung}. {len(out.shown)} of {len(cells)} figures are told, each "
        f"made of changed counts alone; {withheld} are withheld, by the "
        "rules for sensitive indicators and codes or since they would be too rough; "
        f"{left_out} are means, totals and ratios.",
        f"- A count is changed by {keys.deviation} records at most, by 0 in the mean, with "
        f"variance {keys.variance:g}; "
        + (f"none from 1 to {keys.small} is told; " if keys.small else "")
        + "0 stays 0. The same records are changed alike in every table, margin and vintage.",
    ]
    rows = [
        (f"{count}{' and more' if count == keys.last_of_its_own else ''}", *_moments(row))
        for count, row in enumerate(build_p_table(keys))
    ]
    heads = ("count", "least", "most", "mean", "variance", "stays as it is")
    return "\n".join(lines) + "\n\n" + _table(heads, rows)


def _moments(row: Row) -> tuple[str, ...]:
    """Say what a row of the p-table does: computed from its keys, not from how it was made."""
    starts = (0, *row.ends)
    shares = [(end - start) / KEYS for start, end in zip(starts, row.ends, strict=False)]
    pairs = list(zip(row.deviations, shares, strict=True))
    mean = sum(by * share for by, share in pairs)
    variance = sum(by * by * share for by, share in pairs) - mean**2
    stays = dict(pairs).get(0, 0)
    least, most = row.deviations[0], row.deviations[-1]
    moments = f"{round(mean, 6) + 0:.6f}", f"{variance:.6f}"  # never -0
    return (f"{least:+d}", f"{most:+d}", *moments, f"{100 * stays:.1f} %")


def _summary(cases: Sequence[Case]) -> str:
    rows = [
        (
            case.protection.plan.name,
            case.protection.rung,
            case.protection.counts.planned,
            case.protection.counts.imprecise,
            case.protection.counts.primary,
            case.protection.counts.secondary,
            case.protection.counts.shown,
            f"{100 * case.protection.counts.suppressed_share:.1f} %",
            "passed" if not case.review.findings else f"{len(case.review.findings)} findings",
        )
        for case in cases
    ]
    heads = (
        "survey/wave/unit", "plan", "figures", "too imprecise", "unsafe", "protecting", "shown",
        "withheld to protect", "gate",
    )  # fmt: skip
    return _table(heads, rows)


def _case(case: Case) -> str:
    protection = case.protection
    alone = sum(move.alone for move in protection.moves)
    lines = [
        f"## {protection.plan.name}",
        f"- Plan of the ladder: {protection.rung}; profile {case.profile.name}.",
        f"- {_rule_sentence(protection.plan)}",
        f"- {protection.counts.unsafe} figures rest on too little, imprecise ones among them; "
        f"{len(case.review.widths)} quantities must not be known.",
        f"- Proof: {len(protection.moves)} other tables of people that fit all that is shown, "
        f"checked one by one with whole numbers; {alone} of them against this vintage alone.",
        f"- {_widths(case.review)}",
        f"- {_insiders(case.profile)}",
        f"- Earlier vintages taken into account: {len(case.earlier)}.",
        f"- Second opinion: {OPINION}",
    ]
    parts = ["\n".join(lines)]
    if case.review.alone:
        parts.append(
            "Open in this vintage alone, since what earlier ones showed leaves no other table:\n\n"
            + _figures(protection.plan, sorted(case.review.alone, key=_order))
        )
    if case.review.findings:
        found = [
            f"- {f.kind}: {_where(protection.plan, f.cell)}{f.message}"
            for f in case.review.findings
        ]
        parts.append("The gate stops it:\n\n" + "\n".join(found[:LISTED]))
    return "\n\n".join(parts)


def _rule_sentence(plan: TableSystem) -> str:
    rules = sorted({_described(table.rule) for table in plan.tables.values()})
    stricter = [f"{'/'.join(sorted(one.codes))}: {_described(one.rule)}" for one in plan.stricter]
    return "Rules: " + "; ".join([*rules, *stricter]) + "."


def _described(rule: Rule) -> str:
    return (
        f"{rule.min_contributors} records, {rule.min_numerator} with and without the property, "
        f"top two at most {100 * rule.dominance:g} %, p-ratio {100 * rule.p_ratio:g} %"
    )


def _widths(review: Review) -> str:
    if not review.widths:
        return "Nothing needs to be open."
    spare = sorted(width - secret.width for secret, width in review.widths.items())
    ratio = min(width / secret.width for secret, width in review.widths.items())
    return (
        f"Narrowest: {ratio:.2f} of the width asked for; "
        f"half of the figures are open by {spare[len(spare) // 2]} more than that."
    )


def _insiders(profile: Profile) -> str:
    if profile.insiders:
        return "Attackers: anybody, and each person interviewed, who knows its own answers."
    return "Attackers: anybody from outside; those interviewed are not among them."


def _figures(plan: TableSystem, secrets: Sequence[Secret]) -> str:
    rows = [(_where(plan, s.cell).rstrip(": "), str(s.what), s.width) for s in secrets[:LISTED]]
    return _table(("figure", "quantity", "width asked for"), rows)


def _where(plan: TableSystem, cell: Cell | None) -> str:
    if cell is None:
        return ""
    codes = [
        f"{dimension.name} {code}"
        for dimension, code in zip(plan.dimensions, cell.codes, strict=True)
        if code != TOTAL
    ]
    return f"{cell.table} by {', '.join(codes) or 'nothing'}: "


def _order(secret: Secret) -> tuple[Cell, str]:
    return secret.cell, str(secret.what)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(value) for value in line) + " |" for line in lines)
