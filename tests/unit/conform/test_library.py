"""The packs of the library: every rule passes somewhere, fails somewhere, and fails alone."""

from __future__ import annotations

from functools import cache

import pytest

from blueprint.conform.examples import bases_of
from blueprint.conform.pack import Pack, Requirement
from blueprint.conform.run import packs_tested, read_packs
from blueprint.driver import check_opened
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.source import Source
from blueprint.syntax.parser import parse
from blueprint.syntax.printer import print_file

LOADER = MemoryLoader({})


@cache
def library() -> tuple[Pack, ...]:
    packs, diagnostics = read_packs(LOADER)
    assert [] == [d.message for d in diagnostics]
    return tuple(packs)


PACKS = ("anuket.ra1", "anuket.ra2", "openinfra.resilience", "openinfra.sovereignty")


def rules() -> list[Requirement]:
    return [rule for pack in library() for rule in pack.requirements]


def test_the_library_has_these_packs():
    assert sorted(PACKS) == [pack.name for pack in library()]


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKS)
def test_every_example_does_what_it_says(name):
    _, diagnostics = packs_tested(LOADER, [name])
    told = [f"{d.span.source.path}:{d.span.line}: {d.message}" for d in diagnostics if d.span]
    assert [] == told


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKS)
def test_no_rule_is_one_that_nothing_fails(name):
    tested, _ = packs_tested(LOADER, [name])
    assert [[]] == [each.never_failing for each in tested]


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKS)
def test_tools_take_every_base_that_examples_change(name):
    """What rules ask for can be built: no pack's base is a blueprint that a target refuses."""
    checked = [
        (base, check_opened(structure, Options()))
        for pack in library()
        if pack.name == name
        for base, structure in bases_of(pack)
    ]
    assert checked
    assert [] == [
        f"{base}: {d.rule.code} {d.message}"
        for base, found in checked
        for d in found.diagnostics
        if d.is_error
    ]


def test_every_rule_has_a_source_or_its_pack_has():
    assert [] == [
        r.full_id for p in library() for r in p.requirements if not (r.source or p.source)
    ]


def test_what_can_not_be_checked_names_the_test_that_covers_it():
    assert [] == [r.full_id for r in rules() if r.verdict_class == "not_checkable" and not r.suite]


def test_no_title_ends_in_a_full_stop():
    assert [] == [r.full_id for r in rules() if r.title.endswith(".")]


def test_an_id_and_its_aliases_mean_one_rule_of_a_pack():
    for pack in library():
        names = [name for r in pack.requirements for name in (r.id, *r.aliases)]
        assert sorted(set(names)) == sorted(names)


def laid_out(source: Source) -> str:
    outcome = parse(source)
    assert outcome.value is not None
    return print_file(outcome.value)


def test_packs_are_laid_out():
    sources = [source for pack in library() for source in pack.sources]
    assert [] == [s.path for s in sources if laid_out(s) != s.text]
