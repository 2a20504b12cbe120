"""The corpus of faulty texts, compiled as far as each folder's phase goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.syntax.parser import parse
from tests.errors.corpus import Case, cases, differences

HERE = Path(__file__).parent
PHASES = {"syntax": lambda source: parse(source).diagnostics}
CASES = [(phase, case) for phase in PHASES for case in cases(HERE / phase)]


@pytest.mark.parametrize(("phase", "case"), CASES, ids=[f"{p}/{c.name}" for p, c in CASES])
def test_a_case_reports_what_it_announces_and_nothing_else(phase: str, case: Case):
    assert differences(case, PHASES[phase]) == []
