"""Worked examples of the statutory rules, and what runs them: `python -m tests.cases FILE.json`."""
