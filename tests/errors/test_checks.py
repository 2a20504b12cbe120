"""The error corpus of the checks across layers: complete blueprints, compiled all the way but for emission."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics.catalogue import rules
from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.source import Source
from tests.errors.corpus import Case, cases, differences

#: Bare machines that nothing could prepare make small cases; what prepares hosts is left out.
OPTIONS = Options(targets=("cephadm", "kolla_ansible", "openstack_resources"))
CASES = list(cases(Path(__file__).parent / "checks"))


def check(source: Source) -> Iterable[Diagnostic]:
    return check_blueprint(MemoryLoader({"main.oib": source.text}), OPTIONS).diagnostics


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_case_reports_what_it_announces_and_nothing_else(case: Case):
    assert differences(case, check) == []


def test_every_code_of_the_checks_has_a_case():
    covered = {expected.code for case in CASES for expected in case.expected}
    of_manifests = {c for c in rules(("blueprint.diagnostics",)) if "OIB5913" < c < "OIB5930"}
    assert (of_manifests | set(rules(("blueprint.checks",)))) - covered == set()
