"""Rules, packs, verdicts and reports."""
