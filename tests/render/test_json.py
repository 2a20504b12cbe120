"""Diagnostics as programs read them."""

from __future__ import annotations

import json

import pytest

from blueprint.diagnostics.render_json import document, record, revive
from tests.render import faults

SOURCES = {s.path: s for s in (faults.REGION, faults.WIDE, faults.HIDDEN, faults.LONG, faults.ROWS)}


def test_the_document_looks_as_it_did(golden):
    shown = document([faults.LABELLED, faults.SECOND_FILE, faults.SAME_LINE, faults.NO_PLACE])
    golden.check("document.json", json.dumps(shown, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("name", faults.ALL)
def test_a_record_gives_back_the_diagnostic(name):
    diagnostic = faults.ALL[name]
    again = revive(json.loads(json.dumps(record(diagnostic))), SOURCES.__getitem__)
    assert diagnostic == again
