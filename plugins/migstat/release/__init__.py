"""What leaves: disclosure control, vintages, tables, briefs and their delivery."""
