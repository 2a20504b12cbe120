"""The pages of the checks: one for each code, with examples that behave as the page says."""

from __future__ import annotations

import re

import pytest

from blueprint.diagnostics.catalogue import pages, rules
from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

PACKAGES = ("blueprint.checks",)
PAGES = pages(PACKAGES)
RULES = rules(PACKAGES)
EXAMPLE = re.compile(r"^## (Rejected|Accepted)\n\n```oib\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def codes(text: str) -> set[str]:
    found = check_blueprint(MemoryLoader({"main.oib": text}), Options()).diagnostics
    return {d.rule.code for d in found}


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


@pytest.mark.parametrize("code", RULES)
def test_the_rejected_example_has_this_fault_and_no_other(code):
    assert codes(dict(EXAMPLE.findall(PAGES[code]))["Rejected"]) == {code}


@pytest.mark.parametrize("code", RULES)
def test_the_accepted_example_has_none(code):
    assert codes(dict(EXAMPLE.findall(PAGES[code]))["Accepted"]) == set()
