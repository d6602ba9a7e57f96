"""The deterministic generator of seed exports; run by hand, never installed.

``python -m synthetic`` writes ``include/seed_data/`` again: same code, same bytes.
"""
