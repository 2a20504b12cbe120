"""The catalogue: every rule by its code, and the page of each."""

from __future__ import annotations

import re

import pytest

from blueprint.diagnostics import Rule, catalogue, internal, output

OURS = {
    rule.code: rule
    for module in (output, internal)
    for rule in vars(module).values()
    if isinstance(rule, Rule)
}


def test_rules_are_sorted_by_code():
    assert sorted(catalogue.rules()) == list(catalogue.rules())


def test_every_code_has_the_form_that_tells_where_it_belongs():
    assert [] == [code for code in catalogue.rules() if not re.fullmatch(r"OIB[1-59]\d{3}", code)]


def test_slugs_are_words_and_hyphens():
    slugs = [rule.slug for rule in catalogue.rules().values()]
    assert [] == [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)]


def test_no_two_rules_share_a_slug():
    slugs = [rule.slug for rule in catalogue.rules().values()]
    assert sorted(set(slugs)) == sorted(slugs)


def test_two_rules_of_one_code_are_refused():
    with pytest.raises(ValueError, match="OIB4101 is edited-artifact and another"):
        catalogue.merged({"OIB4101": output.EDITED_ARTIFACT}, [Rule("OIB4101", "another")])


def test_a_rule_that_two_modules_import_is_one():
    found = catalogue.merged({"OIB4101": output.EDITED_ARTIFACT}, [output.EDITED_ARTIFACT])
    assert {"OIB4101": output.EDITED_ARTIFACT} == found


@pytest.mark.parametrize("code", OURS)
def test_a_page_is_headed_by_its_code_and_says_why(code):
    text = catalogue.page(code) or ""
    assert (f"# {code}: {OURS[code].slug}", ["Means", "Rejected", "Accepted", "Why"]) == (
        text.partition("\n")[0],
        re.findall(r"^## (.*)$", text, re.MULTILINE),
    )


@pytest.mark.parametrize("code", ["OIB0000", "../OIB4101", "", "OIB4101.md", "OIB4101\0"])
def test_what_is_no_code_has_no_page(code):
    assert catalogue.page(code) is None


def test_a_code_is_found_in_either_case():
    assert catalogue.page("oib4101") == catalogue.page("OIB4101")
