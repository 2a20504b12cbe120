"""Sharing out the emission of layers: the same in any number of processes, and a fault is a fault."""

from __future__ import annotations

import os

import pytest

from blueprint.emission import WORTH_SHARING, emit_all
from blueprint.front import silent

MANY = list(range(WORTH_SHARING * 3))


@pytest.mark.parametrize("jobs", [1, 2, 7])
def test_results_come_in_the_order_of_what_was_asked_for(jobs):
    assert [n * n for n in MANY] == emit_all(MANY, lambda n: n * n, jobs, silent)


def test_many_are_shared_out():
    assert os.getpid() not in emit_all(MANY, lambda _: os.getpid(), 2, silent)


def test_few_stay_where_they_are():
    assert [os.getpid()] * 3 == emit_all([1, 2, 3], lambda _: os.getpid(), 8, silent)


def test_one_job_stays_where_it_is():
    assert {os.getpid()} == set(emit_all(MANY, lambda _: os.getpid(), 1, silent))


class OddError(Exception):
    pass


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_in_one_is_a_fault_of_all(jobs):
    def emit(number: int) -> int:
        if number == 100:
            raise OddError
        return number

    with pytest.raises(OddError):
        emit_all(MANY, emit, jobs, silent)


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_is_told_and_never_goes_back(jobs):
    seen = []
    emit_all(MANY, lambda n: n, jobs, lambda _what, done=0, total=0: seen.append((done, total)))
    assert seen == sorted(seen)
    assert {len(MANY)} == {total for _, total in seen}
