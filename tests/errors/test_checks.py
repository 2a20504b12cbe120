"""The error corpus of the checks across layers: complete blueprints, each with the faults it holds.

A file in `checks/` holds cases split by `---`. A comment `# error: CODE "fragment"` (or `warning`)
on a line says that a diagnostic starts there, with the fragment in its message; nothing else may be
reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint.diagnostics.catalogue import rules
from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

CORPUS = Path(__file__).parent / "checks"
EXPECTED = re.compile(r'# (error|warning): (OIB[0-9]{4})(?: "([^"]*)")?')
#: The tool whose own limits are reported too: a sound example is one that it takes.
OPTIONS = Options(targets=("kolla_ansible",))


def cases() -> Iterator[tuple[str, str]]:
    """Name and text of every case, padded so that its lines are those of the file."""
    for file in sorted(CORPUS.glob("*.oib")):
        before = 0
        for text in file.read_text(encoding="utf-8").split("---\n"):
            title = text.partition("\n")[0].lstrip("# ")
            yield f"{file.stem}: {title}", "\n" * before + text
            before += text.count("\n") + 1


CASES = dict(cases())


def expected(text: str) -> list[tuple[int, str, str, str]]:
    return [
        (number, severity, code, fragment)
        for number, line in enumerate(text.split("\n"), start=1)
        for severity, code, fragment in EXPECTED.findall(line)
    ]


def reported(text: str) -> list[tuple[int, str, str, str]]:
    found = check_blueprint(MemoryLoader({"main.oib": text}), OPTIONS).diagnostics
    return [(d.span.line if d.span else 0, d.severity, d.rule.code, d.message) for d in found]


@pytest.mark.parametrize("name", CASES)
def test_a_case_reports_what_it_says(name):
    text = CASES[name]
    wanted, found = expected(text), reported(text)
    assert [f[:3] for f in found] == [w[:3] for w in wanted]
    assert all(w[3] in f[3] for w, f in zip(wanted, found, strict=True)), found


def test_every_code_of_the_checks_has_a_case():
    covered = {code for text in CASES.values() for _, _, code, _ in expected(text)}
    assert set(rules(("blueprint.checks",))) - covered == set()
