"""Scores of events found in recordings: against the truth, with intervals over files."""
