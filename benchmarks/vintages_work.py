"""Attack the newest vintage of a country with all that is out; prints what is found as JSON.

``python -m benchmarks.vintages_work ISO3``
"""

import json
import sys
from typing import TYPE_CHECKING

from migstat.ledger import open_ledger
from migstat.release.protection import Decision, Protected, attack_release, protect_cells
from migstat.release.records import checked_vintages

if TYPE_CHECKING:
    from migstat.release.disclosure.model import Counts


def work(iso3: str) -> dict[str, dict[str, float]]:
    """Protect every vintage again with those before it, and let the attacker have all of them.

    What did not change since is attacked as it was in the last vintage that it was proved in.
    """
    out = checked_vintages(iso3, open_ledger())
    newest: dict[str, Decision] = {}
    counts: dict[str, Counts] = {}
    shares: dict[str, float] = {}
    for number, vintage in enumerate(out):
        earlier = [before.as_earlier() for before in out[:number]]
        protected = protect_cells(vintage.inputs(), earlier)
        newest |= {name: one for name, one in protected.decisions.items() if one.case}
        counts |= {name: one.case.protection.counts for name, one in newest.items() if one.case}
        withheld = sum(c.primary + c.secondary for c in counts.values())
        shares[vintage.name] = 100 * withheld / sum(c.planned for c in counts.values())
    found = attack_release(Protected(newest)).values()
    secrets, recovered, narrow = map(sum, zip(*found, strict=True))
    postponed = sum(len(vintage.stamp.postponed) for vintage in out)
    attacked = {
        "secrets": secrets,
        "recovered": recovered,
        "narrow": narrow,
        "postponed": postponed,
    }
    return {"attacked": attacked, "withheld": shares}


if __name__ == "__main__":
    print(json.dumps(work(sys.argv[1])))
