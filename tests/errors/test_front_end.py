"""The corpus of the front end: names, fields, data files, addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.diagnostics.catalogue import rules
from tests.errors.corpus import Case, cases, differences
from tests.errors.front import compile_front

FOLDERS = ("names", "fields", "data", "addresses")
#: `file-limit` takes a thousand files, or one of megabytes: the tests of the loader reach it.
TOO_LARGE_FOR_A_CASE = {"OIB2030"}
CASES = [case for folder in FOLDERS for case in cases(Path(__file__).parent / folder)]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_case_reports_what_it_announces_and_nothing_else(case: Case):
    assert differences(case, compile_front) == []


def test_every_code_about_names_fields_and_addresses_has_a_case():
    covered = {expected.code for case in CASES for expected in case.expected}
    known = {code for code in rules(("blueprint.diagnostics",)) if code[3] in "23"}
    assert known - covered == TOO_LARGE_FOR_A_CASE
