"""A short, seeded run of the fuzzer; `python -m tests.fuzz.fuzz_pipeline` goes on for as long as one likes."""

from __future__ import annotations

import pytest

from tests.fuzz.judging import fault
from tests.fuzz.mutations import Damage, originals

CASES = 60
DAMAGE = Damage(originals())


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, CASES, 10))
def test_no_damage_to_a_blueprint_makes_oib_fail(first):
    found = {n: fault(*DAMAGE.damaged(n)) for n in range(first, first + 10)}
    assert {number: wrong for number, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("blueprint", originals(), ids=lambda b: b.name)
def test_nothing_is_wrong_with_what_is_damaged(blueprint):
    assert fault(blueprint, {}) is None


def test_a_number_always_gives_the_same_case():
    again = Damage(originals())
    assert [DAMAGE.damaged(n) for n in range(20)] == [again.damaged(n) for n in range(20)]


def test_most_cases_are_damaged():
    whole = [b.files for b in originals()]
    assert sum(DAMAGE.damaged(n)[0].files in whole for n in range(50)) < 10
