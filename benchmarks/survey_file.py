"""Exports of the fictional survey ``zzz_panel``: as many persons as wanted, the same every time.

Every answer is arithmetic on the row's number and the seed, so neither a random generator nor its
version counts: same code, same bytes.
"""

from pathlib import Path

import duckdb

# u(k): uniform in [0, 1) for answer k of row i, by squaring modulo the prime 2^31 - 1
MACROS = """
create macro residue(i, k) as (i * 48271 + k * 1299709) % 2147483647;
create macro unit(i, k) as residue(i, k) * residue(i, k) % 2147483647 / 2147483647.0;
create macro pick(u, answers) as answers[1 + floor(u * len(answers))::int];
create macro day(u, first, days) as strftime(first::date + floor(u * days)::int, '%Y-%m-%d');
"""

# answers by column, over `i` (number of the row); one in a thousand or fewer is not acceptable
ANSWERS = {
    "dwelling": "'D' || lpad((i // 4)::varchar, 8, '0')",
    "line": "(i % 4 + 1)::varchar",
    "phone": "'+000' || lpad(floor(u(1) * 1e9)::bigint::varchar, 9, '0')",
    "quarter": "(i // 4 % 8 + 1)::varchar",
    "cluster": "lpad((i // 80 % 100000)::varchar, 5, '0')",
    "weight": "case when u(2) < 0.0002 then '0' else printf('%.4f', 20 + u(3) * 300) end",
    "interview_day": "day(u(4), '2021-01-04', 350)",
    "birth_day": "day(u(5), '1931-01-01', 32000)",
    "age": "case when u(6) < 0.001 then '130' when u(6) < 0.0015 then '?' "
    "else floor(u(5) * 90)::int::varchar end",
    "sex": "pick(u(7), ['m', 'f'])",
    "relation": "pick(u(8), ['head', 'spouse', 'child', 'child', 'parent', 'other'])",
    "birth_place": "case when u(9) < 0.08 then 'abroad' when u(9) < 0.09 then '?' else 'here' end",
    "citizenship": "case when u(9) < 0.05 then 'foreign' else 'own' end",
    "place_5y_ago": "case when u(10) < 0.03 then 'abroad' else 'here' end",
    "months_here": "case when u(9) < 0.08 then floor(u(11) * 400)::int::varchar end",
    "move_reason": "case when u(9) < 0.08 then pick(u(12), ['work', 'family', 'war', '?']) end",
    "document": "case when u(9) < 0.08 then pick(u(13), ['permit', 'visa', 'none']) end",
    "schooling": "pick(u(14), ['none', 'primary', 'secondary', 'higher'])",
    "literacy": "pick(u(15), ['yes', 'yes', 'yes', 'yes', 'yes', 'yes', 'no', '?'])",
    "labour": "case when u(5) < 0.16 then 'child' "
    "else pick(u(16), ['works', 'works', 'works', 'seeks', 'rests']) end",
    "occupation": "case when u(17) < 0.5 then lpad(floor(u(18) * 9999)::int::varchar, 4, '0') end",
    "hours": "case when u(17) < 0.5 then floor(u(19) * 80)::int::varchar end",
    "wage": "case when u(17) < 0.5 then printf('%.2f', u(20) * 4000) end",
    "remittances": "case when u(21) < 0.2 then printf('%.2f', u(22) * 600) end",
    "members": "(1 + floor(u(23) * 8))::int::varchar",
    "rooms": "(1 + floor(u(24) * 5))::int::varchar",
    "water": "pick(u(25), ['piped', 'well', 'river'])",
    "light": "pick(u(26), ['grid', 'solar', 'none'])",
    "care_needed": "pick(u(27), ['yes', 'no'])",
    "care_obtained": "case when u(27) < 0.5 then pick(u(28), ['yes', 'no']) end",
    "needs_met": "pick(u(29), ['yes', 'no', 'no', '?'])",
    "vaccinated": "pick(u(30), ['once', 'twice', 'no'])",
    "debts": "pick(u(31), ['none', 'family', 'bank', 'shop'])",
    "plans": "pick(u(32), ['stay', 'go on', 'go back, if it is safe', 'do not know'])",
    "trust": "floor(u(33) * 11)::int::varchar",
    "remark": "case when u(34) < 0.1 then 'said \"later\", visit ' || floor(u(35) * 9)::int end",
    "q01": "pick(u(36), ['1', '2', '3', '4', '5', '9'])",
    "q02": "pick(u(37), ['1', '2', '3', '4', '5', '9'])",
    "q03": "pick(u(38), ['1', '2', '3', '4', '5', '9'])",
    "q04": "pick(u(39), ['1', '2', '3', '4', '5', '9'])",
}


def write_survey_file(file: Path, rows: int, seed: int = 0) -> Path:
    """Write an export of ``zzz_panel``.

    Args:
        file: Where.
        rows: How many persons.
        seed: Persons of different seeds are different persons.

    Returns:
        The file.
    """
    columns = ",\n".join(f"{answer} as {name}" for name, answer in ANSWERS.items())
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute(MACROS)
        connection.execute(f"create macro u(k) as unit({seed * 10_000_000} + i, k)")
        connection.execute(
            f"copy (select {columns} from range({rows}) as numbers(i)) "
            f"to '{file}' (format csv, header true, delimiter ',', quote '\"')"
        )
    return file
