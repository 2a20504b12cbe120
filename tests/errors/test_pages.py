"""The pages of the checks and of the front end: one for each code, with examples that behave as the page says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics.catalogue import pages, rules
from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.source import Source
from tests.errors.front import compile_front
from tests.errors.judging import judged

PACKAGES = ("blueprint.checks", "blueprint.diagnostics")
#: Bare machines that nothing could prepare make small examples; what prepares hosts is left out.
OPTIONS = Options(targets=("cephadm", "kolla_ansible", "openstack_resources"))
#: Faults that a page can only describe: a file too large to be shown.
DESCRIBED = {"OIB2030"}


def check(source: Source) -> Iterable[Diagnostic]:
    return check_blueprint(MemoryLoader({"main.oib": source.text}), OPTIONS).diagnostics


COMPILE: dict[str, Callable[[Source], Iterable[Diagnostic]]] = {
    "2": compile_front,
    "3": compile_front,
    "5": check,
}
PAGES = {code: page for code, page in pages(PACKAGES).items() if code[3] in COMPILE}
RULES = {code: rule for code, rule in rules(PACKAGES).items() if code[3] in COMPILE}
#: Faults of packs, of their examples and of what blueprints claim.
JUDGED = {code for code in RULES if "OIB5900" < code < "OIB5914"}
EXAMPLE = re.compile(r"^## (Rejected|Accepted)\n\n```oib\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def codes(code: str, heading: str) -> set[str]:
    text = dict(EXAMPLE.findall(PAGES[code]))[heading]
    compile_source = judged if code in JUDGED else COMPILE[code[3]]
    return {d.rule.code for d in compile_source(Source("page.oib", text))}


def test_every_code_has_a_page_and_every_page_a_code():
    assert set(PAGES) == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_page_is_headed_by_its_code_and_says_why(code):
    assert PAGES[code].startswith(f"# {code}: {RULES[code].slug}\n")
    assert re.findall(r"^## (.*)$", PAGES[code], re.MULTILINE) == [
        "Means",
        "Rejected",
        "Accepted",
        "Why",
    ]


@pytest.mark.parametrize("code", sorted(set(RULES) - DESCRIBED))
def test_the_rejected_example_has_this_fault_and_no_other(code):
    assert codes(code, "Rejected") == {code}


@pytest.mark.parametrize("code", RULES)
def test_the_accepted_example_has_none(code):
    assert codes(code, "Accepted") == set()
