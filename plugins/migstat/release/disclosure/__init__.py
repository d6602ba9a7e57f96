"""Disclosure control: what is withheld, and the proof that what is shown tells of nobody."""
