"""From the raw store to published marts: the dbt build, the estimation engine, the atomic swap."""
