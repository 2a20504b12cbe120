"""The corpus of faults in packs, their examples, and what blueprints claim."""

from pathlib import Path

import pytest

from blueprint.diagnostics.catalogue import rules
from tests.errors.corpus import Case, cases, differences
from tests.errors.judging import judged

CASES = list(cases(Path(__file__).parent / "conform"))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_case_reports_what_it_announces(case: Case):
    assert differences(case, judged) == []


def test_every_code_of_packs_and_claims_has_a_case():
    known = {code for code in rules(("blueprint.diagnostics",)) if "OIB5900" < code < "OIB5914"}
    assert known - {expected.code for case in CASES for expected in case.expected} == set()
