"""Diagnostics as SARIF, judged by the schema of SARIF 2.1.0."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint.diagnostics.render_sarif import document
from tests.render import faults

SCHEMA = Path(__file__).parents[3] / "shared" / "upstream" / "schemas" / "sarif-schema-2.1.0.json"


def page(code: str) -> str | None:
    return "# a page\n" if code == faults.ERROR.code else None


def shown(*diagnostics) -> dict:
    return document(diagnostics or faults.ALL.values(), "1.2.3", page)


def test_the_schema_accepts_it():
    if not SCHEMA.is_file():
        pytest.skip(f"{SCHEMA} is not there")
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [] == [error.message for error in validator.iter_errors(shown())]


def test_every_result_names_its_rule():
    [run] = shown()["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [] == [r for r in run["results"] if rules[r["ruleIndex"]]["id"] != r["ruleId"]]


def test_a_region_has_the_place_of_the_span():
    [result] = shown(faults.LABELLED)["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (11, 3, 11, 15) == (
        region["startLine"],
        region["startColumn"],
        region["endLine"],
        region["endColumn"],
    )


def test_a_path_is_a_uri():
    [result] = shown(faults.WIDE_CHARACTERS)["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "%E4%B8%AD%E6%96%87/%E5%8C%BA%E5%9F%9F.oib" == uri


def test_a_fix_replaces_the_span():
    [result] = shown(faults.SAME_LINE)["runs"][0]["results"]
    [change] = result["fixes"][0]["artifactChanges"]
    assert "flavor.m1_larger" == change["replacements"][0]["insertedContent"]["text"]


def test_a_page_is_the_help_of_its_rule():
    [rule] = shown(faults.LABELLED)["runs"][0]["tool"]["driver"]["rules"]
    assert "# a page\n" == rule["help"]["markdown"]


def test_an_error_makes_the_run_fail():
    [run] = shown(faults.LABELLED)["runs"]
    assert not run["invocations"][0]["executionSuccessful"]
