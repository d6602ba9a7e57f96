"""The numbers of docs/performance.md, measured as ratios in one run: ``make bench``."""
