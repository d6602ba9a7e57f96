"""The pools Airflow needs; they are rows of its database, so every start creates them."""

POOLS: dict[str, tuple[int, str]] = {
    "intake": (2, "Deliveries taken in at the same time; each may hold 2 GB."),
    "release": (2, "Vintages made at the same time; each takes a core and half a GB."),
    "warehouse": (1, "DuckDB has one writer: every task that opens the working file."),
}
