"""Zuul judges the jobs by which a run-book spreads a fleet over machines."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.oracle.tools import or_skip, python_tool
from tests.unit.output.test_shares import texts

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("zuul")]

READER = Path(__file__).parent / "readers" / "zuul_stanzas.py"


def said(stanzas: str) -> list[str]:
    tool = or_skip(lambda: python_tool("zuul", ["zuul==14.3.0"]))
    found = subprocess.run(
        [str(tool.python), str(READER)], input=stanzas, capture_output=True, text=True, check=True
    )
    faults: list[str] = json.loads(found.stdout)
    return faults


@pytest.mark.parametrize("members", [100, 10000])
def test_zuul_takes_the_jobs(members):
    assert said(texts(members)[0]) == []


def test_zuul_would_say_what_is_wrong():
    wrong = texts(100)[0].replace("parent:", "parents:")
    assert ["job oib-share-1", "job oib-share-2"] == [
        each.partition(":")[0] for each in said(wrong)
    ]
