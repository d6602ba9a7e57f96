"""Intake: from a file in the drop zone to accepted, de-identified rows in the raw store."""
