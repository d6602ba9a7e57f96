"""The brief: one page a minister reads in two minutes, as self-contained HTML and tagged PDF."""
