"""Rounding of what is shown, after withholding: never instead of it."""


def rounded(count: int, base: int) -> int:
    """Round a count to the nearest multiple of a base, halves up; to base 1 it stays as it is.

    Whole numbers alone, so that 2.5 bases are the same on every machine.
    """
    if base < 1:
        raise ValueError(f"counts are rounded to multiples of {base}, which is less than 1")
    return (2 * count + base) // (2 * base) * base
