"""The functions the engine is given, against printed tables and closed forms."""

import duckdb
import pytest
from migstat.warehouse.functions import register


def call(expression: str) -> object:
    with duckdb.connect() as connection:
        register(connection)
        row = connection.execute(f"select {expression}").fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("t_quantile(0.975, 1)", 12.706204736432095),  # tan(0.475 pi)
        ("t_quantile(0.975, 2)", 4.302652729749464),  # 0.95 sqrt(2 / (1 - 0.95^2))
        ("t_quantile(0.975, 1e9)", 1.959963987),  # the normal quantile
        ("t_probability(1, 1)", 0.5),  # 1 - 2 atan(1) / pi
        ("t_probability(-1, 1)", 0.5),
        ("beta_quantile(0.025, 1, 1)", 0.025),  # the uniform distribution
        ("beta_quantile(0.975, 1, 10)", 1 - 0.025**0.1),
        ("beta_quantile(0.025, 10, 1)", 0.025**0.1),
    ],
)
def test_known_values(expression: str, value: float):
    assert call(expression) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    "expression",
    [
        "t_quantile(0.975, null)",
        "t_quantile(null, 5)",
        "t_quantile(0.975, 0)",
        "t_quantile(1, 5)",
        "t_probability(null, 5)",
        "t_probability(2, 0)",
        "beta_quantile(0.5, null, 1)",
        "beta_quantile(0.5, 0, 1)",
        "beta_quantile(0.5, 1, -1)",
    ],
)
def test_null_and_nonsense_give_null(expression: str):
    assert call(expression) is None


def test_registering_twice_is_harmless():
    with duckdb.connect() as connection:
        register(connection)
        register(connection)
        assert connection.execute("select t_probability(0, 3)").fetchone() == (1.0,)


def test_a_whole_column_is_answered_row_by_row():
    with duckdb.connect() as connection:
        register(connection)
        found = connection.execute(
            "select beta_quantile(0.5, 1, i) from range(1, 5001) as t(i) order by i"
        ).fetchall()
    assert [row[0] for row in found] == pytest.approx([1 - 0.5 ** (1 / i) for i in range(1, 5001)])


def test_a_null_among_numbers_stays_in_its_place():
    with duckdb.connect() as connection:
        register(connection)
        found = connection.execute(
            "select beta_quantile(0.5, 1, nullif(i, 3)) from range(1, 12) as t(i) order by i"
        ).fetchall()
    expected = [None if i == 3 else pytest.approx(1 - 0.5 ** (1 / i)) for i in range(1, 12)]
    assert [row[0] for row in found] == expected
