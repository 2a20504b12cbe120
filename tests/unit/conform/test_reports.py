"""The forms of a report: what they hold, that others can read them, and that no text breaks out of them."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from blueprint.conform.compare import changes
from blueprint.conform.forms import junit, sarif, table
from blueprint.conform.render_html import page
from blueprint.conform.render_json import judged as as_json
from blueprint.conform.render_text import render_text
from blueprint.conform.verdicts import Conformance
from blueprint.diagnostics.render_text import Look
from tests.unit.conform.judging import GROUND, conformance, rule

SHARED = Path(__file__).parents[4] / "shared"
SCHEMA = SHARED / "upstream" / "schemas" / "sarif-schema-2.1.0.json"
PACK = (
    rule('require every h in hosts: h.hardware.cpu.sockets >= 4, "`${h.name}` is small"')
    + rule("require every s in site: is_set(s.country)").replace("a.1", "a.2")
    + rule("", 'class = not_checkable  because = "nobody knows"  suite = "tests"').replace(
        "a.1", "a.3"
    )
    + rule("require every net in network: net.mtu >= 9000").replace("a.1", "a.4")
    + rule("require every c in ceph: c.encrypted").replace("a.1", "a.5")
    + rule("require count(site) > 0", 'class = declared  because = "x"').replace("a.1", "a.6")
)
CLAIM = """
conform demo {
  to = ["acme.oib"]
  waive a.4 { because = "frames grow next year"  until = 2027-06-30 }
}
"""
#: Texts that mean something to a reader of some form.
HOSTILE = (
    "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0",
    "@SUM(1)", "]]><x/>", "&lt;b&gt;", "a\nb", "{{ 7 * 7 }}", "${HOME}",
)  # fmt: skip


def report(pack: str = PACK, blueprint: str = GROUND + CLAIM) -> Conformance:
    found, _ = conformance(pack, blueprint, wants_evidence=True)
    assert found is not None
    return found


def test_text_tells_each_requirement_and_counts():
    lines = "\n".join(render_text(report(), Look()))
    shown = re.findall(r"^  (\S+) +(a\.[0-9]) ", lines, re.MULTILINE)
    assert [
        ("FAIL", "a.1"), ("pass", "a.2"), ("unchecked", "a.3"), ("waived", "a.4"), ("n/a", "a.5"), ("declared", "a.6"),
    ] == shown  # fmt: skip


def test_text_has_the_value_that_decided_and_its_place():
    lines = "\n".join(render_text(report(), Look()))
    assert "hardware.server.cpu.sockets = 2  (main.oib:5)" in lines


def test_short_text_has_what_fails_and_is_waived():
    lines = "\n".join(render_text(report(), Look(), is_short=True))
    assert ["a.1", "a.4"] == re.findall(r"^  \S+ +(a\.[0-9]) ", lines, re.MULTILINE)


def test_json_is_a_list_of_objects():
    rows = as_json(report())
    assert [("acme", "a.1", "must", "fail"), ("acme", "a.2", "must", "pass")] == [
        (row["pack"], row["id"], row["level"], row["verdict"]) for row in rows[:2]
    ]


def test_json_explains_a_pass_with_places():
    passed = next(row for row in as_json(report()) if row["id"] == "a.2")
    assert [("site.dc.country", "DE", "DE")] == [
        (e["subject"], e["value"], e["place"]["text"]) for e in passed["evidence"]
    ]


def test_json_can_be_written():
    assert as_json(report()) == json.loads(json.dumps(as_json(report())))


def test_junit_counts_failures_and_skips():
    root = ET.fromstring(junit(report()))
    assert {"tests": "6", "failures": "1", "errors": "0", "skipped": "3", "time": "0"} == {
        name: value for name, value in root.attrib.items() if name != "name"
    }


def test_junit_has_a_case_for_each_requirement():
    cases = ET.fromstring(junit(report())).findall("testsuite/testcase")
    assert ["a.1", "a.2", "a.3", "a.4", "a.5", "a.6"] == [
        case.attrib["name"].partition(":")[0] for case in cases
    ]


def test_csv_has_a_line_for_each_requirement():
    rows = list(csv.DictReader(io.StringIO(table(report()))))
    assert [("a.1", "fail"), ("a.4", "waived")] == [
        (row["id"], row["verdict"]) for row in rows if row["verdict"] in ("fail", "waived")
    ]


def test_csv_has_the_waiver():
    rows = list(csv.DictReader(io.StringIO(table(report()))))
    assert ["2027-06-30"] == [row["waived_until"] for row in rows if row["id"] == "a.4"]


def test_sarif_is_of_its_schema():
    if not SCHEMA.exists():
        pytest.skip("the schema is not here")
    import jsonschema

    jsonschema.validate(sarif(report()), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_sarif_points_at_what_decided():
    results = sarif(report())["runs"][0]["results"]
    failing = next(r for r in results if r["kind"] == "fail")
    place = failing["locations"][0]["physicalLocation"]
    assert ("main.oib", 5) == (
        place["artifactLocation"]["uri"],
        place["region"]["startLine"],
    )


def test_sarif_suppresses_what_is_waived():
    results = sarif(report())["runs"][0]["results"]
    assert ["frames grow next year"] == [
        s["justification"] for r in results for s in r.get("suppressions", ())
    ]


# ------------------------------------------------------------------------------------------- the page


class Reader(HTMLParser):
    """Collects tags, and text by the tag that it stands in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("src", "href"):
                self.links.add(value or "")
            if name == "id":
                self.ids.append(value or "")


def test_the_page_loads_nothing():
    read = Reader(page(report()))
    assert set() == {link for link in read.links if not link.startswith("#")}


def test_links_of_the_page_lead_somewhere():
    read = Reader(page(report()))
    assert set() == {link[1:] for link in read.links} - set(read.ids)


def test_no_two_places_of_the_page_have_one_name():
    ids = Reader(page(report())).ids
    assert sorted(set(ids)) == sorted(ids)


def test_the_page_shows_the_line_that_decided():
    assert "<i>5</i>  cpu { sockets = <mark>2</mark>  cores = 8 }" in page(report())


def test_the_page_names_what_was_judged_by_digest():
    found = report()
    assert all(digest in page(found) for _, digest in found.inputs)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_the_page(text):
    quoted = json.dumps(text).replace("${", "\\${")
    pack = PACK.replace('title = "t"', f"title = {quoted}").replace('"x"', quoted)
    claim = CLAIM.replace('"frames grow next year"', quoted)
    plain, hostile = Reader(page(report())), Reader(page(report(pack, GROUND + claim)))
    assert (plain.tags, plain.attributes) == (hostile.tags, hostile.attributes)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_junit(text):
    quoted = json.dumps(text).replace("${", "\\${")
    found = report(PACK.replace('title = "t"', f"title = {quoted}"))
    tags = [each.tag for each in ET.fromstring(junit(report())).iter()]
    assert tags == [each.tag for each in ET.fromstring(junit(found)).iter()]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text):
    quoted = json.dumps(text).replace("${", "\\${")
    found = report(PACK.replace('title = "t"', f"title = {quoted}"))
    cells = [cell for row in csv.reader(io.StringIO(table(found))) for cell in row]
    assert [] == [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


# ------------------------------------------------------------------------------------- the same again


def test_two_runs_give_the_same_page():
    assert page(report()) == page(report())


def test_a_comparison_tells_what_is_judged_otherwise():
    before = report()
    after = report(PACK, GROUND.replace("sockets = 2", "sockets = 4") + CLAIM)
    assert [("a.1", "fail", "pass", [], 3)] == [
        (c["id"], c["before"], c["after"], c["new"], len(c["gone"]))
        for c in changes(as_json(before), as_json(after))
    ]


def test_nothing_differs_from_itself():
    assert [] == changes(as_json(report()), as_json(report()))


def test_the_day_of_judging_is_in_the_page():
    found, _ = conformance(PACK, GROUND + CLAIM, as_of=date(2027, 1, 1))
    assert found is not None
    assert "waivers judged as of 2027-01-01" in page(found)


WAIVED = 'conform demo { to = ["acme.oib"]  waive a.1 { because = "x" } }\n'


@pytest.mark.parametrize(
    ("blueprint", "said"),
    [
        (GROUND, "1 MUST not met"),
        (f"{GROUND}\n{WAIVED}", "everything that could be checked is met or waived"),
    ],
)
def test_the_headline_says_whether_something_is_waived(blueprint, said):
    failing = rule("require every h in hosts: h.hardware.cpu.sockets >= 4")
    found, _ = conformance(failing, blueprint)
    assert found is not None
    assert said in page(found)
