"""Write every seed export again: ``python -m synthetic [FOLDER]``."""

import sys
from pathlib import Path

from migstat.declarations import load_surveys
from migstat.paths import paths

from synthetic.seeds import write_seeds

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else paths().include / "seed_data"
    for written in write_seeds(target, load_surveys()):
        print(written)
