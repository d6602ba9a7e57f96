"""What a person who signs a vintage reads before: what changed, and what was proved."""

from migstat.release.cells import is_withheld
from migstat.release.protection import UNCHANGED, UNPROVED
from migstat.release.vintages import PROOF, PROOF_REPORT, Vintage

FIRST_CASE = "\n## "  # of the proof report; what stands before it sums up
ALSO = (UNPROVED, UNCHANGED)  # lines at the end


def sign_off_text(vintage: Vintage) -> str:
    """Sum up a vintage for those who sign it, as Markdown.

    It counts and names no figure: others than those who sign may see it.
    """
    stamp, cells = vintage.stamp, vintage.cells()
    withheld = int(is_withheld(cells).sum())
    reason = f" Reason: {stamp.reason}" if stamp.reason else ""
    return "\n\n".join(
        [
            f"**{vintage.name}** ({stamp.kind}), to be issued on {stamp.issued}.{reason}",
            f"{len(cells)} figures, {withheld} withheld. Content id `{vintage.content_id}`.",
            "### What changed since the vintage before",
            _changes(vintage),
            *([f"Postponed: {stamp.told_postponed}."] if stamp.postponed else []),
            "### What disclosure control proved",
            _proved(vintage),
            f"Files to look at: `{vintage.folder}`",
        ]
    )


def _changes(vintage: Vintage) -> str:
    changes, stamp = vintage.changes(), vintage.stamp
    if not stamp.baseline:
        return "Nothing was released before."
    if changes.empty:
        return "No figure changed."
    names = ["survey_code", "wave", "change", "reason"]
    counts = changes.groupby(names, as_index=False).size()
    lines = [[*names, "figures"], ["---"] * 5, *counts.to_numpy().tolist()]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _proved(vintage: Vintage) -> str:
    """Give what the proof report says of all, without its title and its warning."""
    report = (vintage.folder / PROOF / PROOF_REPORT).read_text(encoding="utf-8")
    head, *cases = report.split(FIRST_CASE)
    said = head.strip().split("\n\n")[2:]
    if cases:
        said += [part for part in cases[-1].strip().split("\n\n") if part.startswith(ALSO)]
    return "\n\n".join(said)
