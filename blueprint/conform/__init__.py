"""Rules over the resolved model: packs, verdicts, waivers and evidence."""
