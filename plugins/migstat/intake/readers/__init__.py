"""Readers: one module per format family, run in a limited child process (``jail``).

Each reader module has one function, ``read(request) -> list[TableRead]``: it checks the file before
it trusts it, checks the columns against the declared ones, writes each table as Parquet of plain
text into the scratch folder, and counts the rows a second time without the parser it read with.
It raises ``RefusedDelivery`` for whatever the file did wrong.
"""
