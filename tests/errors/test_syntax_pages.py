"""The pages about syntax: one for each code, with examples that behave as the page says."""

from __future__ import annotations

import re

import pytest

from blueprint.diagnostics.catalogue import pages, rules
from blueprint.source import Source
from blueprint.syntax.parser import parse

PACKAGES = ("blueprint.diagnostics",)
RULES = {code: rule for code, rule in rules(PACKAGES).items() if code.startswith("OIB1")}
PAGES = {code: page for code, page in pages(PACKAGES).items() if code.startswith("OIB1")}
#: Faults that a page can only describe: characters that do not show, and limits.
DESCRIBED = {"OIB1001", "OIB1002", "OIB1004"}


def example(code: str, heading: str) -> str:
    found = re.search(
        rf"^## {heading}\n\n```oib\n(.*?)^```$", PAGES[code], re.DOTALL | re.MULTILINE
    )
    assert found, heading
    return found[1]


def reported(text: str) -> list[str]:
    return [d.rule.code for d in parse(Source("page.oib", text)).diagnostics]


def test_every_code_has_a_page_and_every_page_a_code():
    assert set(PAGES) == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_page_is_headed_by_its_code_and_slug(code):
    assert PAGES[code].startswith(f"# {code}: {RULES[code].slug}\n")


@pytest.mark.parametrize("code", RULES)
def test_a_page_has_its_four_parts_in_order(code):
    prose = re.sub(r"^```.*?^```$", "", PAGES[code], flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^## (.*)$", prose, re.MULTILINE)
    assert headings == ["Means", "Rejected", "Accepted", "Why"]


@pytest.mark.parametrize("code", sorted(set(RULES) - DESCRIBED))
def test_the_rejected_example_has_this_fault_and_no_other(code):
    assert reported(example(code, "Rejected")) == [code]


@pytest.mark.parametrize("code", RULES)
def test_the_accepted_example_has_no_fault(code):
    assert reported(example(code, "Accepted")) == []
