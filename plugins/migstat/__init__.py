"""migstat: survey exports in, harmonised indicator tables by migratory status out."""
