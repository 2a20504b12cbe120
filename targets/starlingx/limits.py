"""What StarlingX can't do or would refuse: its rules, and the wording of each."""

from __future__ import annotations

from blueprint.diagnostics import Rule
from targets.starlingx import passthrough_limits, resource_limits, texts

RULES: tuple[Rule, ...] = (*passthrough_limits.RULES, *resource_limits.RULES, *texts.RULES)
