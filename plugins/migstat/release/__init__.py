"""From the unprotected marts to what leaves: protected cells, vintages, files, signatures."""
